// Every figure, a page at a time, with Apollo Client: one cache keyed by `id`, and queries by their hash over GET.
//
//   npm run apollo [URL]
import { createHash } from 'node:crypto'
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { relayStylePagination } from '@apollo/client/utilities'
import type { DocumentNode } from 'graphql'
import { graphql } from '../generated/gql.js'
import type { FigureFragment } from '../generated/graphql.js'

const url = process.argv[2] ?? process.env.YUNSHAN_URL ?? 'http://127.0.0.1:8000/graphql'

graphql(`
  fragment Figure on Metric {
    id
    name { text(lang: ["en"]) }
    quantity { formatted(lang: ["en"]) }
    period { label { text(lang: ["en"]) } }
    citations { locator source { title { text(lang: ["en"]) } } }
  }
`)

const Figures = graphql(`
  query Figures($first: Int!, $after: String) {
    metrics(where: { quantity: { exists: true } }, first: $first, after: $after) {
      totalCount
      edges { node { ...Figure } }
      pageInfo { endCursor hasNextPage }
    }
  }
`)

const OneFigure = graphql(`
  query OneFigure($id: ID!) {
    node(id: $id) { ...Figure }
  }
`)

const cache = new InMemoryCache({
  // An id is unique in the whole dataset, so it needs no type before it.
  dataIdFromObject: ({ id }) => (typeof id === 'string' ? id : undefined),
  possibleTypes: { Node: ['Award', 'District', 'Indicator', 'Initiative', 'Metric', 'Pillar'] },
  typePolicies: {
    Query: {
      fields: {
        metrics: relayStylePagination(['where', 'orderBy']),
        // An id begins with its type: what the cache has already is not asked for again.
        node: (_, { args, toReference }) =>
          toReference({ __typename: String(args?.id).split(':', 1)[0]!, id: String(args?.id) }),
      },
    },
    // Values without an id: what two queries ask of one is put together.
    LocalizedText: { merge: true },
    Period: { merge: true },
    Quantity: { merge: true },
  },
})

// Where a server runs the documents of its manifest alone, they go by the ids that graphql-codegen gave them; elsewhere by
// the hash of their text, and with the text when the server doesn't know it yet.
const hashes = process.env.YUNSHAN_TRUSTED
  ? { generateHash: (document: DocumentNode) => (document as unknown as { __meta__: { hash: string } }).__meta__.hash }
  : { sha256: (text: string) => createHash('sha256').update(text).digest('hex') }

const asked: string[] = []
const counting: typeof fetch = (address, options) => {
  asked.push(options?.method ?? 'GET')
  return fetch(address, options)
}

const client = new ApolloClient({
  cache,
  link: new PersistedQueryLink({ ...hashes, useGETForHashedQueries: true }).concat(
    new HttpLink({ uri: url, fetch: counting }),
  ),
})

const line = ({ name, quantity, period, citations }: FigureFragment): string => {
  const [{ locator, source }] = citations as [FigureFragment['citations'][number]]
  const details = [period?.label.text, `${locator} of “${source.title.text}”`].filter(Boolean).join('; ')
  return `${name.text}: ${quantity?.formatted} (${details})`
}

let after: string | null = null
let pages = 0
do {
  const { data }: Awaited<ReturnType<typeof page>> = await page(after)
  pages += 1
  after = data!.metrics.pageInfo.hasNextPage ? data!.metrics.pageInfo.endCursor! : null
} while (after)

// The cache has put the pages together.
const all = client.readQuery({ query: Figures, variables: { first: 10 } })!.metrics
console.log(`${all.edges.length} of ${all.totalCount} figures in ${pages} pages`)
for (const { node } of all.edges) console.log(line(node))

const before = asked.length
const { data: again } = await client.query({ query: OneFigure, variables: { id: 'Metric:baiyun/work-orders-handled' } })
console.log(`one more time, by its id: ${line(again!.node as FigureFragment)}`)
console.log(`asked for it: ${asked.length - before} times`)
console.log(`asked in all: ${asked.filter((method) => method === 'GET').length} by GET, ${asked.length} together`)

try {
  await page('2')
} catch (error) {
  if (!CombinedGraphQLErrors.is(error)) throw error
  console.log(`refused with ${error.errors[0]?.extensions?.code}: ${error.errors[0]?.message}`)
}

function page(cursor: string | null) {
  // The cache would answer with the pages that it has.
  return client.query({ query: Figures, variables: { first: 10, after: cursor }, fetchPolicy: 'network-only' })
}
