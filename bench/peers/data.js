// What the Node peers share: the database, its reads, and the resolvers of fields whose stored key has another name.

import { readFileSync } from 'node:fs'
import { GraphQLScalarType } from 'graphql'
import { Long, MongoClient } from 'mongodb'

const LIVE = { to: Long.fromString('9007199254740991') }

export const typeDefs = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8')

export async function openDatabase() {
  const client = await MongoClient.connect(process.env.MONGODB_URI)
  return client.db(process.env.MONGODB_DATABASE)
}

// projection: what to bring, or undefined for whole documents.
export function readDistrict(database, slug, projection) {
  return database.collection('districts_2').findOne({ slug, ...LIVE }, { projection })
}

export function readDistricts(database, { where, first }, projection) {
  const wanted = { slug: { $gte: where?.slug?.gte ?? '' }, ...LIVE }
  return database.collection('districts_2').find(wanted, { projection, sort: { slug: 1 }, limit: first }).toArray()
}

export function readMetrics(database, { where, orderBy, first }, projection) {
  const way = orderBy[0].quantity.direction === 'DESC' ? -1 : 1
  const wanted = {
    indicator: where.indicator.eq,
    'quantity.normalized': { $lte: where.quantity.normalized.lte },
    ...LIVE
  }
  const sort = { 'quantity.normalized': way, id: way }
  return database.collection('metrics_2').find(wanted, { projection, sort, limit: first }).toArray()
}

// The districts of several rows, in the order of their slugs, without what lies inside them.
export async function readNamedDistricts(database, slugs) {
  const wanted = { slug: { $in: slugs }, ...LIVE }
  const found = await database.collection('districts_2').find(wanted, { projection: { slug: 1, name: 1 } }).toArray()
  const bySlug = new Map(found.map((district) => [district.slug, district]))
  return slugs.map((slug) => bySlug.get(slug))
}

// Indicators are stored beside the metrics that name them: kept in the request's context for their resolver.
export function keepIndicators(context, documents) {
  context.indicators ??= new Map()
  for (const document of documents) {
    for (const indicator of document?.indicators ?? []) context.indicators.set(indicator.slug, indicator)
  }
  return documents
}

export const storedFields = {
  Decimal: new GraphQLScalarType({ name: 'Decimal', serialize: (figure) => figure.toString() }),
  LocalizedText: {
    zhHans: (text) => text.texts['zh-Hans'],
    zhHant: (text) => text.texts['zh-Hant'],
    en: (text) => text.texts.en
  },
  Quantity: { maxValue: (quantity) => quantity.max_value, unit: (quantity) => ({ code: quantity.unit }) },
  Award: { streakYears: (award) => award.streak_years },
  Citation: { source: (citation) => ({ slug: citation.source }) },
  Metric: { indicator: (metric, _, context) => context.indicators.get(metric.indicator) }
}
