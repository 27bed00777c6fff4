// Mercurius on Fastify, Node's fastest: operations compiled at their first use, loaders, projections from selections.

import Fastify from 'fastify'
import mercurius from 'mercurius'
import {
  keepIndicators, openDatabase, readDistrict, readDistricts, readMetrics, readNamedDistricts, storedFields, typeDefs
} from './data.js'
import { projectionOf } from './projection.js'

const database = await openDatabase()

const resolvers = {
  ...storedFields,
  Query: {
    district: async (_, { slug }, context, info) => {
      const [found] = keepIndicators(context, [await readDistrict(database, slug, projectionOf(info))])
      return found
    },
    districts: async (_, page, context, info) => ({
      nodes: keepIndicators(context, await readDistricts(database, page, projectionOf(info, ['nodes'])))
    }),
    metrics: async (_, page, context, info) => ({
      nodes: keepIndicators(context, await readMetrics(database, page, projectionOf(info, ['nodes'])))
    })
  }
}

const loaders = {
  Metric: { district: (queries) => readNamedDistricts(database, queries.map(({ obj }) => obj.district)) }
}

const app = Fastify()
app.register(mercurius, { schema: typeDefs, resolvers, loaders, jit: 1 })
app.get('/healthz', async () => 'ok')
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
