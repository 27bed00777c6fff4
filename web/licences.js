// A build plugin that lists every npm package whose code is in the bundle, with version, licence and licence text.
// The build fails on a licence or a missing text that nobody has looked at.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const PERMISSIVE = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'])
const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotices)/i

// Published without a licence file: the same authors' text stands in another package.
const TEXT_FROM = {
}

// What a package carries inside and its licence files do not mention.
const REMARKS = {
  'monaco-editor': [
    'Contains DOMPurify (https://github.com/cure53/DOMPurify), used here under the Apache License 2.0, and the',
    'Codicons icon font (https://github.com/microsoft/vscode-codicons), used unmodified under CC BY 4.0',
    '(https://creativecommons.org/licenses/by/4.0/).',
  ].join('\n'),
}

export function licences({ fileName }) {
  const folders = new Set()
  const collect = (bundle) => {
    for (const chunk of Object.values(bundle)) {
      for (const id of chunk.moduleIds ?? []) {
        const folder = packageFolder(id)
        if (folder) folders.add(folder)
      }
    }
  }
  return {
    // Vite bundles each worker by itself, before the page.
    ofWorkers: { name: 'licences-of-workers', generateBundle: (_options, bundle) => collect(bundle) },
    ofPage: {
      name: 'licences-of-page',
      generateBundle(_options, bundle) {
        collect(bundle)
        this.emitFile({ type: 'asset', fileName, source: report([...folders].map(describe)) })
      },
    },
  }
}

function packageFolder(id) {
  const path = id.replace(/^\0/, '').replace(/\?.*$/, '')
  if (!path.includes('/node_modules/')) return null

  let folder = dirname(path)
  while (!manifest(folder).version) folder = dirname(folder)
  return folder
}

// Packages also keep bare { "type": "module" } manifests in their subfolders.
function manifest(folder) {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

function describe(folder) {
  const { name, version, license } = manifest(folder)
  if (!PERMISSIVE.has(license)) throw new Error(`${name} ${version}: is its licence (${license}) permissive?`)

  const source = name in TEXT_FROM ? folder.replace(/\/node_modules\/.*$/, `/node_modules/${TEXT_FROM[name]}`) : folder
  const texts = readdirSync(source)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(source, file), 'utf8'))
  if (texts.length === 0) throw new Error(`${name} ${version}: no licence text found`)

  if (name in REMARKS) texts.unshift(REMARKS[name])
  return { name, version, license, text: texts.map(tidy).join('\n\n') }
}

function tidy(text) {
  return text
    .replaceAll('\r', '')
    .replace(/[ \t]+$/gm, '')
    .trim()
}

function report(packages) {
  const rows = packages.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`)
  const users = new Map()
  for (const { name, text } of packages) users.set(text, (users.get(text) ?? new Set()).add(name))

  const texts = [...users].map(([text, names]) => `## ${[...names].sort().join(', ')}\n\n~~~text\n${text}\n~~~`)
  return [
    '# Third-party software in the explorer',
    'Written by the build, from what it bundled.',
    ['| package | version | licence |', '| --- | --- | --- |', ...rows.sort()].join('\n'),
    ...texts.sort(),
  ].join('\n\n') + '\n'
}
