// CodeMirror in place of the plain text fields, which keep the text for the form.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, Prec } from '@codemirror/state'
import { drawSelection, EditorView, hoverTooltip, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { getSchema, graphql, offsetToPos, updateSchema } from 'cm6-graphql'
import { getHoverInformation } from 'graphql-language-service'
import { format, formatJSON } from './format.js'

const colours = HighlightStyle.define([
  { tag: [tags.definitionKeyword, tags.keyword, tags.bool, tags.null], color: 'var(--keyword)' },
  { tag: [tags.propertyName, tags.atom], color: 'var(--accent)' },
  { tag: [tags.string, tags.variableName], color: 'var(--string)' },
  { tag: [tags.number, tags.integer, tags.float, tags.special(tags.name)], color: 'var(--number)' },
  { tag: [tags.lineComment, tags.punctuation, tags.paren], color: 'var(--faint)' },
])

const looks = EditorView.theme({
  '&': { color: 'var(--ink)' },
  '&.cm-editor:focus-within': { outline: '3px solid var(--accent)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--faint)', backgroundColor: 'transparent', border: 'none' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent)',
  },
  '.cm-tooltip, .cm-panels': { color: 'var(--ink)', backgroundColor: 'var(--paper)', borderColor: 'var(--rule)' },
  '.cm-tooltip': { maxWidth: 'min(30rem, 95vw)' },
  '.cm-hover': { padding: '0.25rem 0.5rem', whiteSpace: 'pre-wrap', fontSize: '0.875rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { color: 'var(--on-accent)', background: 'var(--accent)' },
})

export function edit({ query, variables, headers, answer, nonce, run }) {
  const base = [
    EditorView.cspNonce.of(nonce),
    looks,
    syntaxHighlighting(colours),
    drawSelection(),
    bracketMatching(),
    foldGutter(),
    highlightSelectionMatches(),
    EditorView.lineWrapping,
    keymap.of([...foldKeymap, ...searchKeymap]),
  ]
  const typing = [
    Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => (run(), true) }])),
    history(),
    indentOnInput(),
    closeBrackets(),
    autocompletion(),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
  ]
  const graphqlEditor = place(query, 'Query', [base, typing, graphql(), hover])
  const variablesEditor = place(variables, 'Variables', [base, typing, json()])
  const headersEditor = place(headers, 'Headers', [base, typing, json()])
  const reading = [base, json(), keymap.of(defaultKeymap), EditorState.readOnly.of(true)]
  return {
    query: graphqlEditor,
    variables: variablesEditor,
    headers: headersEditor,
    answer: place(answer, 'Answer', reading),
    tidy(say) {
      try {
        graphqlEditor.write(format(query.value))
        variablesEditor.write(formatJSON(variables.value))
      } catch (error) {
        say(error.message)
      }
    },
  }
}

function place(field, label, extensions) {
  const isText = field.localName === 'textarea'
  const parent = document.createElement('div')
  parent.className = 'editor'
  const view = new EditorView({
    doc: isText ? field.value : field.textContent,
    parent,
    extensions: [
      extensions,
      EditorView.contentAttributes.of({ 'aria-label': label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && isText) field.value = update.state.doc.toString()
      }),
    ],
  })
  const hadFocus = field === document.activeElement
  field.hidden = true
  field.after(parent)
  if (hadFocus) view.focus()
  return {
    write: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    insert(text) {
      view.dispatch(view.state.replaceSelection(text))
      view.focus()
    },
    cursor: () => view.state.selection.main.head,
    teach: (schema) => updateSchema(view, schema),
  }
}

const hover = hoverTooltip((view, offset) => {
  const schema = getSchema(view.state)
  const word = view.state.wordAt(offset)
  if (!schema || !word) return null
  const position = offsetToPos(view.state.doc, word.from + 1)
  const text = getHoverInformation(schema, view.state.doc.toString(), position)
  if (typeof text !== 'string' || !text) return null
  const dom = document.createElement('div')
  dom.className = 'cm-hover'
  dom.textContent = text
  return { pos: word.from, end: word.to, create: () => ({ dom }) }
})
