// Builds the explorer into the API's static folder; the result is committed, so that serving needs no Node.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { examples } from './examples.js'
import { licences } from './licences.js'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { ofPage, ofWorkers } = licences({ fileName: 'THIRD_PARTY.md' })

export default defineConfig({
  // The page is served at /graphql, its assets under /explorer/.
  base: '/explorer/',
  build: {
    outDir: '../api/static/explorer',
    emptyOutDir: true,
    // A data: URI would ask for a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 3000,
    rolldownOptions: {
      onwarn(warning, warn) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
  plugins: [ofPage, examples({ folder: here('src/examples'), manual: here('../docs/guide/ask.md') })],
  resolve: {
    alias: [
      { find: 'monaco-editor/esm/vs/editor/edcore.main.js', replacement: here('src/monaco.js') },
      { find: /^prettier\/.*/, replacement: here('src/format.js') },
    ],
  },
  worker: { format: 'es', plugins: () => [ofWorkers] },
  server: { proxy: { '/graphql': 'http://127.0.0.1:8000' } },
})
