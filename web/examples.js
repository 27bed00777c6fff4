// The examples of the explorer, as the asset examples.json: the files of src/examples, and the questions of
// docs/guide/ask.md. Those whose files have the numbers 1 to 5 are tabs, named after their operation. Tests ask all.
import { readdirSync, readFileSync } from 'node:fs'

// A heading that is a question, and the first document after it.
const QUESTION = /^### (.+\?)\n[^#]*?```graphql\n(query [^`]+)```/gm
const TABS = 5

export function examples({ folder, manual }) {
  return {
    name: 'examples',
    generateBundle() {
      const files = readdirSync(folder).sort().map((name) => ofFile(name, readFileSync(`${folder}/${name}`, 'utf8').trimEnd()))
      const questions = [...readFileSync(manual, 'utf8').matchAll(QUESTION)].map(([, question, query]) => ({
        tab: null,
        question,
        query: `# ${question}\n\n${query.trimEnd()}`,
      }))
      this.emitFile({ type: 'asset', fileName: 'examples.json', source: JSON.stringify([...files, ...questions], null, 1) + '\n' })
    },
  }
}

function ofFile(name, query) {
  // A comment over several lines is one sentence.
  const question = query.match(/^((# .*\n)+)/)[0].replaceAll(/\n?# /g, ' ').match(/^ (.+?\?)/s)[1]
  const tab = Number.parseInt(name, 10) <= TABS ? query.match(/^\w+ (\w+)/m)[1] : null
  return { tab, question, query }
}
