// The language of the answers, one click away: each button writes the header that asks for it.
import { ToolbarButton, useHeadersEditorState } from '@graphiql/react'

const LANGUAGES = [
  { tag: 'zh-Hans', name: '简', label: '简体中文' },
  { tag: 'zh-HK', name: '繁', label: '繁體中文' },
  { tag: 'en', name: 'EN', label: 'English' },
]

export function Languages() {
  const [headers, setHeaders] = useHeadersEditorState()
  return LANGUAGES.map(({ tag, name, label }) => (
    <ToolbarButton key={tag} label={`Answers in ${label}`} onClick={() => setHeaders(withLanguage(headers, tag))}>
      <span className="yunshan-language" lang={tag}>
        {name}
      </span>
    </ToolbarButton>
  ))
}

export function withLanguage(text, tag) {
  const headers = parsed(text)
  for (const name of Object.keys(headers)) if (name.toLowerCase() === 'accept-language') delete headers[name]
  return JSON.stringify({ ...headers, 'Accept-Language': tag }, null, 2)
}

// What is no JSON is replaced: GraphiQL would refuse to send it.
function parsed(text) {
  try {
    const headers = JSON.parse(text || '{}')
    return headers && typeof headers === 'object' && !Array.isArray(headers) ? headers : {}
  } catch {
    return {}
  }
}
