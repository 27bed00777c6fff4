// Follow a district until a revision, with the client named first: ws (graphql-ws) or sse (graphql-sse). Prints each
// event, one a line; the connection may be lost on the way, and is taken up after the last event. Before that, one
// query and one that is wrong go the same way.
import * as sse from 'graphql-sse'
import * as ws from 'graphql-ws'
import WebSocket from 'ws'

const [kind, url, last] = process.argv.slice(2)
const FOLLOW = 'subscription($after: String) { districtChanged(slug: "a", after: $after) { cursor revision } }'
// Sent anew with each connection, as it stands then.
const variables = { after: '1' }
const again = { retryAttempts: 200, retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)) }
const clients = {
  ws: () =>
    ws.createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, shouldRetry: () => true, ...again }),
  sse: () => sse.createClient({ url, headers: () => ({ 'last-event-id': variables.after }), ...again }),
}
const tell = (line) => console.log(JSON.stringify(line))

const client = clients[kind]()
for await (const { data } of client.iterate({ query: '{ dataset { revision } }' })) tell(data)
try {
  for await (const { errors } of client.iterate({ query: '{ nothing }' })) throw errors
} catch (errors) {
  tell({ refused: errors[0].extensions.code })
}
for await (const { data, errors } of client.iterate({ query: FOLLOW, variables })) {
  if (errors) throw errors
  variables.after = data.districtChanged.cursor
  tell(data.districtChanged)
  if (data.districtChanged.revision === Number(last)) break
}
client.dispose()
