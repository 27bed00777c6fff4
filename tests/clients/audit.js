// Ask the server at an address every question of graphql-http's audit, and print what each came to, one a line.
import { serverAudits } from 'graphql-http'

const [url] = process.argv.slice(2)
for (const audit of serverAudits({ url })) {
  const { status, name, reason } = await audit.fn()
  console.log(JSON.stringify({ id: audit.id, status, name, reason }))
}
