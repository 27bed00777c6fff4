// What Baiyun has been awarded, with urql: fragments, queries by their hash over GET, and a cache of whole answers.
//
//   npm run urql [URL]
import { cacheExchange, Client, fetchExchange } from '@urql/core'
import { persistedExchange } from '@urql/exchange-persisted'
import { graphql } from '../generated/gql.js'
import type { HonourFragment } from '../generated/graphql.js'

const url = process.argv[2] ?? process.env.YUNSHAN_URL ?? 'http://127.0.0.1:8000/graphql'
const trusted = Boolean(process.env.YUNSHAN_TRUSTED)

graphql(`
  fragment Honour on Award {
    id
    name { text(lang: ["en"]) }
    streakYears
    ranks { kind area { text(lang: ["en"]) } }
    citations { locator }
  }
`)

const Honours = graphql(`
  query Honours($district: String!, $lang: [String!]) {
    district(slug: $district) {
      id
      name { text(lang: $lang) }
      awardCount
      own: awards(where: { heldBy: { eq: DISTRICT } }) { ...Honour }
      pillars {
        id
        name { text(lang: $lang) }
        awards { ...Honour }
      }
    }
  }
`)

const client = new Client({
  url,
  exchanges: [
    cacheExchange,
    persistedExchange({
      preferGetForPersistedQueries: true,
      // Where a server runs the documents of its manifest alone: their ids, as graphql-codegen gave them, and no texts.
      enforcePersistedQueries: trusted,
      ...(trusted && {
        generateHash: async (_: string, document: unknown) => (document as { __meta__: { hash: string } }).__meta__.hash,
      }),
    }),
    fetchExchange,
  ],
})

const line = ({ name, streakYears, ranks, citations }: HonourFragment): string => {
  const details = [
    streakYears && `${streakYears} years in a row`,
    ...ranks.map(({ kind, area }) => [kind.toLowerCase().replace('_', ' '), area?.text].filter(Boolean).join(' in ')),
    citations.map(({ locator }) => locator).join(', '),
  ]
  return `${name.text} (${details.filter(Boolean).join('; ')})`
}

const asked = { district: 'baiyun', lang: ['en'] }
const { data, error } = await client.query(Honours, asked)
if (error || !data?.district) throw error ?? new Error('there is no such district')

const { district } = data
console.log(`${district.name.text}: ${district.awardCount} awards`)
for (const award of district.own) console.log(`- ${line(award)}`)
for (const pillar of district.pillars) {
  if (pillar.awards.length) console.log(pillar.name.text)
  for (const award of pillar.awards) console.log(`- ${line(award)}`)
}

const again = await client.query(Honours, asked)
console.log(`the same once more: ${again.operation.context.meta?.cacheOutcome} of the cache`)

const refused = await client.query(Honours, { district: 'baiyun', lang: ['Simplified Chinese'] })
const [reason] = refused.error?.graphQLErrors ?? []
console.log(`refused with ${reason?.extensions.code}: ${reason?.message}`)
