// What the "Tidy" button does: graphql-js prints the operation, and the comments it drops are put back.
import { parse, print, TokenKind } from 'graphql'
import { applyEdits, format as jsonEdits } from 'jsonc-parser'

// Numbers stay as they are written.
export function formatJSON(text) {
  return applyEdits(text, jsonEdits(text, undefined, { insertSpaces: true, tabSize: 2, eol: '\n' }))
}

export function format(text) {
  const document = parse(text)
  const before = tokens(document)
  const printed = `${print(document)}\n`
  const after = tokens(parse(printed)).filter(isSignificant)

  // The printer shortens "query {" to "{"; beyond that it keeps every token, so the n-th stays the n-th.
  let surplus = before.filter(isSignificant).length - after.length
  const lines = printed.split('\n').map((line) => ({ above: [], line, behind: [] }))
  let next = 0
  let lastLine = 0 // in the original text
  for (const token of before) {
    if (!isSignificant(token)) {
      const sharesLine = next > 0 && token.line === lastLine
      const neighbour = after[sharesLine ? next - 1 : next]
      const comment = `#${token.value.trimEnd()}`
      if (sharesLine) lines[neighbour.line - 1].behind.push(comment)
      else lines[neighbour.line - 1].above.push(indentOf(neighbour, lines) + comment)
    } else if (surplus > 0) surplus -= 1
    else {
      next += 1
      lastLine = token.line
    }
  }
  const commented = lines.flatMap(({ above, line, behind }) => [...above, [line, ...behind].join(' ')]).join('\n')

  // Beside a block string a comment may land inside it: better unformatted than changed.
  return print(parse(commented)) === print(document) ? commented.trimEnd() : text
}

function tokens(document) {
  const all = []
  for (let token = document.loc.startToken.next; token; token = token.next) all.push(token)
  return all
}

function isSignificant(token) {
  return token.kind !== TokenKind.COMMENT
}

function indentOf(token, lines) {
  const indent = lines[token.line - 1].line.match(/^ */)[0]
  return token.kind === TokenKind.BRACE_R ? `${indent}  ` : indent
}
