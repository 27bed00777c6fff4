// Yunshan with nothing but fetch, in browsers and in Node.

/** An answer with errors. code: what machines go by, such as BAD_USER_INPUT. */
export class Refused extends Error {
  constructor({ message, extensions }, status) {
    super(message)
    this.code = extensions?.code
    this.status = status
  }
}

/**
 * Ask by GET, so that browsers and proxies may keep the answer.
 *
 * language: what texts are wanted in, as Accept-Language. etag: that of an answer at hand.
 * Returns data and etag; data is null where the answer at hand is still right. Throws Refused.
 */
export async function ask(url, query, variables = {}, { language, etag } = {}) {
  const address = new URL(url)
  address.search = new URLSearchParams({ query, variables: JSON.stringify(variables) })
  const headers = { Accept: 'application/graphql-response+json' }
  if (language) headers['Accept-Language'] = language
  if (etag) headers['If-None-Match'] = etag
  const response = await fetch(address, { headers })
  if (response.status === 304) return { data: null, etag }
  const { data, errors } = await response.json()
  if (errors) throw new Refused(errors[0], response.status)
  return { data, etag: response.headers.get('ETag') }
}

const CLAIMS = { FIRST: 'the first', ONLY: 'the only one', FIRST_BATCH: 'in the first group', LEADING: 'among the leaders' }

const NUMBERED = { PLACE: 'no.', BAND: 'top', TIER: 'tier' }

const claim = ({ kind, position, area }) =>
  [CLAIMS[kind] ?? `${NUMBERED[kind] ?? kind} ${position ?? ''}`.trim(), area?.text].filter(Boolean).join(', ')

/** A figure in words; where none is published, how it moved, or what it claims to be among its peers. */
export function figure({ quantity, changes, ranks }) {
  if (quantity) return quantity.formatted
  const arrows = { UP: '↑', DOWN: '↓', FLAT: '→' }
  if (changes.length) return changes.map((change) => `${arrows[change.direction]} ${change.quantity.formatted}`).join(', ')
  return ranks.map(claim).join('; ') || '—'
}
