// One operation, one POST to this page's own path. Errors the API reports are JSON too, and are shown as they come.
export async function fetcher(operation, { headers } = {}) {
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
