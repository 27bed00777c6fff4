// What changes, as it is published: one WebSocket (graphql-ws), with Apollo Client and urql listening over it.
//
//   npm run live [URL]
//
// Begins with everything since the first revision, and ends after YUNSHAN_EVENTS events, if that is set.
import { ApolloClient, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { Client, type ExecutionResult, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { graphql } from '../generated/gql.js'
import type { FiguresChangedSubscription } from '../generated/graphql.js'

const url = process.argv[2] ?? process.env.YUNSHAN_URL ?? 'http://127.0.0.1:8000/graphql'
const most = Number(process.env.YUNSHAN_EVENTS ?? Infinity)

const FiguresChanged = graphql(`
  subscription FiguresChanged($resumeAfter: Revision) {
    metricChanged(where: { quantity: { unit: { eq: "cny" } } }, resumeAfter: $resumeAfter) {
      cursor
      kind
      quantityBefore { formatted(lang: ["en"], style: COMPACT) }
      quantityAfter { formatted(lang: ["en"], style: COMPACT) }
      metric { id name { text(lang: ["en"]) } }
    }
  }
`)

// Node has had a WebSocket of its own since version 22, and browsers have one.
const live = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket })

const apollo = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(live) })

const urql = new Client({
  url,
  exchanges: [
    subscriptionExchange({
      forwardSubscription: ({ query, ...rest }) => ({
        subscribe: (sink) => ({
          unsubscribe: live.subscribe(
            { query: query ?? '', ...rest },
            // The two differ on whether there may be no data.
            { ...sink, next: ({ data = null, ...others }) => sink.next({ data, ...others } as ExecutionResult) },
          ),
        }),
      }),
    }),
  ],
})

let told = 0
const tell = (listener: string, { metricChanged }: FiguresChangedSubscription): void => {
  const { kind, metric, quantityBefore, quantityAfter } = metricChanged
  const figures = [quantityBefore?.formatted ?? 'nothing', quantityAfter?.formatted ?? 'nothing'].join(' → ')
  console.log(`${listener}: ${kind.toLowerCase()}: ${metric?.name.text ?? 'gone'}: ${figures}`)
  told += 1
  if (told >= most) void live.dispose()
}

const variables = { resumeAfter: 0 }
apollo.subscribe({ query: FiguresChanged, variables }).subscribe(({ data }) => data && tell('Apollo Client', data))
// urql gives the last one again when it ends.
urql
  .subscription(FiguresChanged, variables)
  .subscribe(({ data, hasNext }) => data && hasNext && tell('urql', data))
