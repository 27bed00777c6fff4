// Builds the Relay page. Relay's own Babel plugin puts what its compiler made in the place of each graphql`…`.
import { transformAsync } from '@babel/core'
import { defineConfig } from 'vite'

const relay = {
  name: 'relay',
  enforce: 'pre',
  transform(code, id) {
    if (!code.includes('graphql`')) return null
    return transformAsync(code, {
      filename: id,
      babelrc: false,
      configFile: false,
      parserOpts: { plugins: ['typescript', 'jsx'] },
      plugins: [['relay', { eagerEsModules: true }]],
      sourceMaps: true,
    })
  },
}

export default defineConfig({
  root: 'relay',
  base: './',
  build: { outDir: '../build/relay', emptyOutDir: true },
  plugins: [relay],
})
