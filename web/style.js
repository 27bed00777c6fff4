// Puts the stylesheet into the page. The server adds the nonce that the Content-Security-Policy asks for.
import { readFileSync } from 'node:fs'

export function inlineStyle({ file }) {
  return {
    name: 'inline-style',
    transformIndexHtml(html) {
      const style = readFileSync(file, 'utf8')
        .replace(/\/\*.*?\*\//gs, '')
        .replace(/\s*\n\s*/g, '')
        .replace(/(?<=[:;,{}]) /g, '')
      // Braces of CSS mean nothing to Jinja2 here.
      return html.replace('<!-- style -->', () => `<style nonce="{{ nonce }}">{% raw %}${style}{% endraw %}</style>`)
    },
  }
}
