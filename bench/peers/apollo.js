// Apollo Server, standalone, with the MongoDB driver and DataLoader: whole documents, as its manual begins.

import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import DataLoader from 'dataloader'
import {
  keepIndicators, openDatabase, readDistrict, readDistricts, readMetrics, readNamedDistricts, storedFields, typeDefs
} from './data.js'

const database = await openDatabase()

const resolvers = {
  ...storedFields,
  Query: {
    district: async (_, { slug }, context) => {
      const [found] = keepIndicators(context, [await readDistrict(database, slug)])
      return found
    },
    districts: async (_, page, context) => ({ nodes: keepIndicators(context, await readDistricts(database, page)) }),
    metrics: async (_, page, context) => ({ nodes: keepIndicators(context, await readMetrics(database, page)) })
  },
  Metric: { ...storedFields.Metric, district: (metric, _, { districts }) => districts.load(metric.district) }
}

await startStandaloneServer(new ApolloServer({ typeDefs, resolvers }), {
  listen: { host: '127.0.0.1', port: Number(process.env.PORT) },
  context: async () => ({ districts: new DataLoader((slugs) => readNamedDistricts(database, slugs)) })
})
