// The explorer is a form that works without this script: the server draws the operation of the URL and its answer.
// With it, the answer comes without a new page, and then the editors and the documentation arrive.
const form = document.querySelector('form')
const { query, variables } = form.elements
const headers = document.querySelector('#headers')
const answer = document.querySelector('#answer')
const status = document.querySelector('#status')
const runButton = form.querySelector('.run')
const languageButtons = [...form.querySelectorAll('button[name=language]')]
const examples = [...document.querySelectorAll('a.example')]
const nonce = document.querySelector('style').nonce
// Longer addresses are refused by some proxies.
const MAX_ADDRESS = 4_000

let language = form.querySelector('input[name=language]')?.value ?? ''
let editors
let running

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const isLanguage = event.submitter?.name === 'language'
  if (isLanguage) choose(event.submitter.value)
  if (running) running.abort()
  if (!running || isLanguage) run()
})
form.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
  event.preventDefault()
  run()
})
for (const link of examples) {
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    link.closest('details')?.removeAttribute('open')
    open(new URL(link.href))
  })
}
window.addEventListener('popstate', () => location.reload())

function open(address) {
  write('query', address.searchParams.get('query') ?? '')
  write('variables', address.searchParams.get('variables') ?? '')
  run()
}

function write(name, text) {
  form.elements[name].value = text
  editors?.[name].write(text)
}

function choose(tag) {
  language = tag
  for (const button of languageButtons) button.setAttribute('aria-pressed', String(button.value === tag))
}

async function run() {
  running?.abort()
  const run = (running = new AbortController())
  remember()
  answer.parentElement.classList.add('stale')
  runButton.textContent = 'Stop'
  status.textContent = 'Running …'
  try {
    const { execute } = await import('./execute.js')
    const operation = { query: query.value, variables: variables.value, cursor: editors?.query.cursor() ?? 0 }
    for await (const { text, said } of execute(operation, { headers: headers.value, language }, run.signal)) {
      if (run !== running) return
      show(text)
      status.textContent = said
    }
  } catch (error) {
    if (run !== running) return
    status.textContent = run.signal.aborted ? 'Stopped.' : 'Not answered.'
    if (!run.signal.aborted) show(error.message)
  }
  if (run !== running) return
  running = undefined
  answer.parentElement.classList.remove('stale')
  runButton.textContent = 'Run'
}

function show(text) {
  answer.parentElement.classList.remove('stale')
  answer.textContent = text
  editors?.answer.write(text)
}

// The address is the state: it can be sent to others, and the server draws it again.
function remember() {
  for (const link of examples) {
    const isCurrent = new URL(link.href).searchParams.get('query') === query.value
    link.setAttribute('aria-current', isCurrent ? 'page' : 'false')
  }
  const given = { query: query.value, variables: variables.value, language }
  const address = `?${new URLSearchParams(Object.entries(given).filter(([, value]) => value))}`
  const isFirst = !location.search && examples[0].ariaCurrent === 'page' && !language && !variables.value
  if (!isFirst && address !== location.search && address.length < MAX_ADDRESS) history.pushState(null, '', address)
}

async function loadEditors() {
  const { edit } = await import('./editor.js')
  editors = edit({ query, variables, headers, answer, nonce, run })
  form.classList.add('edited')
  const tidy = document.querySelector('#tidy')
  tidy.disabled = false
  tidy.addEventListener('click', () => editors.tidy((message) => (status.textContent = message)))
  const { document: documentation } = await import('./documentation.js')
  documentation(editors.query)
}

// What the server could not draw: a stream, or an answer that is very long.
if (!answer.textContent) run()
loadEditors()
