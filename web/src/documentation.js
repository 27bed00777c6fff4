// The documentation of the schema: types and their fields, and a search over all of them. A field can be put into the
// query at the cursor.
import { buildClientSchema, getIntrospectionQuery, getNamedType, isCompositeType, isEnumType, isRequiredArgument, isUnionType } from 'graphql'

const MAX_FOUND = 50

export async function document(query) {
  const schema = await introspect()
  query.teach(schema)
  const pane = globalThis.document.querySelector('#docs')
  const button = globalThis.document.querySelector('#docs-button')
  const search = element('input', { type: 'search', placeholder: 'Find a type or field', ariaLabel: 'Find a type or field' })
  const page = element('div')
  const show = (name) => page.replaceChildren(...pageOf(schema, name, { show, query }))
  search.addEventListener('input', () => {
    if (search.value) page.replaceChildren(...found(schema, search.value.toLowerCase(), show))
    else show()
  })
  pane.append(search, page)
  show()
  button.disabled = false
  button.addEventListener('click', () => {
    pane.hidden = !pane.hidden
    pane.parentElement.classList.toggle('documented', !pane.hidden)
    button.setAttribute('aria-expanded', String(!pane.hidden))
    if (!pane.hidden) search.focus()
  })
}

async function introspect() {
  const query = getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true })
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
  })
  return buildClientSchema((await response.json()).data)
}

function pageOf(schema, name, { show, query }) {
  const type = name && schema.getType(name)
  if (!type) {
    const roots = [schema.getQueryType(), schema.getSubscriptionType()].filter(Boolean)
    return [element('h3', {}, 'Schema'), described(schema), list(roots.map((root) => [[link(root.name, show)], root]))]
  }
  const back = element('p', {}, link('Schema', () => show(), undefined))
  return [back, element('h3', {}, type.name), described(type), list(membersOf(schema, type, { show, query }))]
}

function membersOf(schema, type, { show, query }) {
  if (isEnumType(type)) return type.getValues().map((value) => [[value.name], value])
  if (isUnionType(type)) return schema.getPossibleTypes(type).map((one) => [[link(one.name, show)], one])
  const fields = type.getFields ? Object.values(type.getFields()) : []
  return fields.map((field) => [signature(field, show, isCompositeType(type) ? query : undefined), field])
}

function signature(field, show, query) {
  const args = (field.args ?? []).flatMap((arg, index) => [index ? ', ' : '(', `${arg.name}: `, typeLink(arg.type, show)])
  const shown = [field.name, ...args, args.length ? '): ' : ': ', typeLink(field.type, show)]
  if (!query) return shown
  const insert = element('button', { type: 'button', ariaLabel: `Insert ${field.name}` }, 'Insert')
  insert.addEventListener('click', () => query.insert(textFor(field)))
  return [...shown, ' ', insert]
}

function textFor(field) {
  const required = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: `)
  const args = required.length ? `(${required.join(', ')})` : ''
  return `${field.name}${args}${isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''} `
}

function found(schema, words, show) {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'))
  const all = types.flatMap((type) => [
    [type.name, type, type],
    ...Object.values(type.getFields?.() ?? {}).map((field) => [`${type.name}.${field.name}`, type, field]),
  ])
  const chosen = all.filter(([name]) => name.toLowerCase().includes(words))
  const more = chosen.length > MAX_FOUND ? `The first ${MAX_FOUND} of ${chosen.length}.` : `${chosen.length} found.`
  return [
    element('p', { role: 'status' }, more),
    list(chosen.slice(0, MAX_FOUND).map(([name, type, it]) => [[link(name, show, type.name)], it])),
  ]
}

function list(rows) {
  return element('dl', {}, ...rows.flatMap(([name, it]) => [element('dt', {}, ...name), element('dd', {}, described(it))]))
}

function described(it) {
  const deprecated = it.deprecationReason ? `Deprecated: ${it.deprecationReason} ` : ''
  const parts = `${deprecated}${it.description ?? ''}`.split('`')
  return element('p', {}, ...parts.map((part, index) => (index % 2 ? element('code', {}, part) : part)))
}

function typeLink(type, show) {
  return link(String(type), show, getNamedType(type).name)
}

function link(text, show, name = text) {
  const anchor = element('a', { href: '#docs' }, text)
  anchor.addEventListener('click', (event) => {
    event.preventDefault()
    show(name)
  })
  return anchor
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(globalThis.document.createElement(name), properties)
  made.append(...children)
  return made
}
