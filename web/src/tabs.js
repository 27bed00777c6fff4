// What the editor opens on: the worked examples, in the order of their file names; a link that
// carries ?query= (and ?variables=) puts its own tab first.
const files = import.meta.glob('./examples/*.graphql', { query: '?raw', import: 'default', eager: true })

export const examples = Object.keys(files)
  .sort()
  .map((name) => ({ query: files[name].trimEnd() }))

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
