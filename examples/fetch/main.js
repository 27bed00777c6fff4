// Which percentages has Baiyun published? With nothing but fetch.
//
//   node main.js [URL]
import { readFile } from 'node:fs/promises'
import { ask, figure, Refused } from './yunshan.js'

const url = process.argv[2] ?? process.env.YUNSHAN_URL ?? 'http://127.0.0.1:8000/graphql'
const figures = await readFile(new URL('figures.graphql', import.meta.url), 'utf8')
const wanted = { where: { district: { eq: 'baiyun' }, quantity: { unit: { eq: 'percent' } } }, first: 20 }

const { data, etag } = await ask(url, figures, wanted, { language: 'en' })
for (const metric of data.metrics.nodes) {
  const [{ locator, source }] = metric.citations
  console.log(`${metric.name.text}: ${figure(metric)} (${locator} of “${source.title.text}”)`)
}

const again = await ask(url, figures, wanted, { language: 'en', etag })
console.log(again.data ? 'something has changed' : 'nothing has changed')

const inChinese = await ask(url, figures, { ...wanted, first: 1 }, { language: 'zh-HK' })
console.log(inChinese.data.metrics.nodes.map((metric) => `${metric.name.text}：${figure(metric)}`).join())

try {
  await ask(url, figures, { ...wanted, first: 1000 })
} catch (error) {
  if (!(error instanceof Refused)) throw error
  console.log(`refused with ${error.code}: ${error.message}`)
}
