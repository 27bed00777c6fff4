// What the editor opens on: the worked examples; a link that carries ?query= (and ?variables=) puts its own tab first.
import texts from 'virtual:examples'

export const examples = texts.map((query) => ({ query }))

export function openingTabs(search) {
  const link = new URLSearchParams(search)
  const query = link.get('query')
  if (!query) return { defaultTabs: examples }

  const variables = link.get('variables') ?? ''
  return {
    defaultTabs: [{ query, variables }, ...examples],
    initialQuery: query,
    initialVariables: variables,
  }
}
