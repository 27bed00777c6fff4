// The tabs that the explorer opens with, as the module "virtual:examples": the files of src/examples, and the questions
// of docs/guide/ask.md. Tests ask all of them.
import { readdirSync, readFileSync } from 'node:fs'

const NAME = 'virtual:examples'
// A heading that is a question, and the first document after it.
const QUESTION = /^### (.+\?)\n[^#]*?```graphql\n(query [^`]+)```/gm

export function examples({ folder, manual }) {
  const files = () => readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8').trimEnd()])
  const questions = () =>
    [...readFileSync(manual, 'utf8').matchAll(QUESTION)].map(([, question, query]) => `# ${question}\n\n${query.trimEnd()}`)
  return {
    name: 'examples',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined
      this.addWatchFile(manual)
      const [first, ...others] = files()
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([, text]) => text)
      return `export default ${JSON.stringify([first, ...questions(), ...others])}`
    },
  }
}
