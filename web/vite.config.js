// Builds the explorer into the API's static folder; the result is committed, so that serving needs no Node.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { examples } from './examples.js'
import { licences } from './licences.js'
import { inlineStyle } from './style.js'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { ofPage } = licences({ fileName: 'THIRD_PARTY.md' })

export default defineConfig({
  // The page is served at /graphql, its assets under /explorer/.
  base: '/explorer/',
  build: {
    outDir: '../api/static/explorer',
    emptyOutDir: true,
    // A data: URI would ask for a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onwarn(warning, warn) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning)
      },
    },
  },
  plugins: [
    ofPage,
    inlineStyle({ file: here('src/style.css') }),
    examples({ folder: here('src/examples'), manual: here('../docs/guide/ask.md') }),
  ],
})
