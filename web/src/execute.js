// One operation, one POST to this page's own path; subscriptions go over a WebSocket to the same path. Errors the
// API reports are JSON too, and are shown as they come.
import { OperationTypeNode, Kind, parse } from 'graphql'
import { createClient } from 'graphql-ws'
import { formatJSON } from './format.js'

const MAX_EVENTS = 100

// Yields answers: text, and what is said of it.
export async function* execute(operation, { headers, language }, signal) {
  const parameters = { query: operation.query, variables: object(operation.variables, 'Variables') }
  const sent = object(headers, 'Headers') ?? {}
  if (language) sent['accept-language'] = language
  const chosen = operationAt(operation.query, operation.cursor)
  if (chosen?.name && chosen.isOneOfSeveral) parameters.operationName = chosen.name
  if (chosen?.isSubscription) yield* subscribe(parameters, sent, signal)
  else yield await post(parameters, sent, signal)
}

function object(text, name) {
  if (!text.trim()) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${name} are not valid JSON: ${error.message}`)
  }
}

// Of several operations, the one that the cursor is in.
function operationAt(query, cursor) {
  let operations
  try {
    operations = parse(query).definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
  } catch {
    return undefined // The server says what is wrong.
  }
  const chosen = operations.find((one) => cursor <= one.loc.end) ?? operations[0]
  return {
    name: chosen?.name?.value,
    isOneOfSeveral: operations.length > 1,
    isSubscription: chosen?.operation === OperationTypeNode.SUBSCRIPTION,
  }
}

async function post(parameters, headers, signal) {
  const begin = performance.now()
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
    },
    body: JSON.stringify(parameters),
    signal,
  })
  const text = await response.text()
  const time = `${Math.round(performance.now() - begin)} ms`
  try {
    const cost = JSON.parse(text).extensions?.cost?.estimated
    return { text: formatJSON(text), said: cost === undefined ? time : `${time}, cost ${cost}` }
  } catch {
    throw new Error(`The server answered with status ${response.status} and no JSON.`)
  }
}

async function* subscribe(parameters, headers, signal) {
  const url = new URL(location.pathname, location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  const language = Object.keys(headers).find((name) => name.toLowerCase() === 'accept-language')
  const client = createClient({
    url: url.href,
    // A page can't set the headers of a WebSocket's handshake.
    connectionParams: language ? { acceptLanguage: headers[language] } : {},
    // Connecting again would begin anew, and hide that something is missing in between.
    retryAttempts: 0,
  })
  const events = client.iterate(parameters)
  signal.addEventListener('abort', () => events.return())
  const shown = [] // the latest first
  let count = 0
  for await (const event of events) {
    shown.unshift(JSON.stringify(event, null, 2))
    shown.length = Math.min(shown.length, MAX_EVENTS)
    yield { text: shown.join('\n'), said: `event ${++count}` }
  }
  signal.throwIfAborted()
}
