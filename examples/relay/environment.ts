// Relay's way to the server: documents by the id that its compiler gave them, over GET, so that answers may be kept.
import { Environment, Network, RecordSource, Store, type FetchFunction, type GraphQLResponse } from 'relay-runtime'

const Accept = 'application/graphql-response+json'

/** An environment that asks the server at an address. */
export function environmentOf(url: string): Environment {
  const ask: FetchFunction = async ({ id, text }, variables) => {
    const documentId = `sha256:${id}`
    const named = await json(
      fetch(`${url}?${new URLSearchParams({ documentId, variables: JSON.stringify(variables) })}`, { headers: { Accept } }),
    )
    if (codeOf(named) !== 'PERSISTED_QUERY_NOT_FOUND') return answered(named)
    // The server has not seen it yet: the id together with the text, once.
    const headers = { Accept, 'Content-Type': 'application/json' }
    const body = JSON.stringify({ documentId, query: text, variables })
    return answered(await json(fetch(url, { method: 'POST', headers, body })))
  }
  return new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) })
}

type Answer = { data?: unknown; errors?: { message: string; extensions?: { code?: string } }[] }

async function json(response: Promise<Response>): Promise<Answer> {
  return (await response).json() as Promise<Answer>
}

function codeOf({ errors }: Answer): string | undefined {
  return errors?.[0]?.extensions?.code
}

function answered(answer: Answer): GraphQLResponse {
  if (!answer.data) throw new Error(`${codeOf(answer)}: ${answer.errors?.[0]?.message}`)
  return answer as GraphQLResponse
}
