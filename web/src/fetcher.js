// One operation, one POST to this page's own path; subscriptions go over a WebSocket to the same path. Errors the
// API reports are JSON too, and are shown as they come.
import { getOperationAST } from 'graphql'
import { createClient } from 'graphql-ws'

export function fetcher(operation, { headers, documentAST } = {}) {
  const chosen = documentAST && getOperationAST(documentAST, operation.operationName)
  return chosen?.operation === 'subscription' ? subscribe(operation, headers) : post(operation, headers)
}

async function post(operation, headers) {
  const response = await fetch(window.location.pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
    },
    body: JSON.stringify(operation),
  })
  try {
    return await response.json()
  } catch {
    throw new Error(`The server answered with status ${response.status} and no JSON.`)
  }
}

function subscribe(operation, headers = {}) {
  const url = new URL(window.location.pathname, window.location.href)
  url.protocol = url.protocol.replace('http', 'ws')
  const language = Object.keys(headers).find((name) => name.toLowerCase() === 'accept-language')
  const client = createClient({
    url: url.href,
    // A page can't set the headers of a WebSocket's handshake.
    connectionParams: language ? { acceptLanguage: headers[language] } : {},
    // Connecting again would begin anew, and hide that something is missing in between.
    retryAttempts: 0,
  })
  return client.iterate(operation)
}
