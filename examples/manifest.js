// Write build/manifest.json: every document of the examples, by its id. The server takes it as TRUSTED_DOCUMENTS.
import { readdir, readFile, writeFile } from 'node:fs/promises'

const json = async (path) => JSON.parse(await readFile(path, 'utf8'))

const manifest = {
  // By the SHA-256 of their text, as graphql-codegen and Relay's compiler write them.
  ...(await json('generated/persisted-documents.json')),
  ...(await json('generated/relay.json')),
}
for (const folder of ['curl', 'fetch']) {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.graphql'))) {
    manifest[`${folder}-${file.slice(0, -'.graphql'.length)}`] = await readFile(`${folder}/${file}`, 'utf8')
  }
}
await writeFile('build/manifest.json', JSON.stringify(manifest, null, 2))
console.log(`${Object.keys(manifest).length} documents in build/manifest.json`)
