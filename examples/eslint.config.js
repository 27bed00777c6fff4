// The schema held to Relay's rules and others, the documents to what the schema has. Run from the project's folder.
import graphql from '@graphql-eslint/eslint-plugin'

const rules = (name) => graphql.configs[`flat/${name}`].rules
const languageOptions = {
  parser: graphql.parser,
  parserOptions: { graphQLConfig: { schema: 'schema/schema.graphql', documents: 'examples/*/*.graphql' } },
}

export default [
  { ignores: ['**/node_modules/', '**/build/', '**/generated/', '**/*.{js,ts,tsx}'] },
  {
    files: ['schema/schema.graphql'],
    languageOptions,
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...rules('schema-recommended'),
      ...rules('schema-relay'),
      '@graphql-eslint/require-description': [
        'error',
        { types: true, rootField: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
      ],
      // What follows is stricter than the specifications that it is named after.
      // A search and a ranking are read from their best, so they have no `last` and `before`.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          withEdgeSuffix: true,
          // A place in a ranking and a finding of a search are no things of their own; what they are about is a Node.
          shouldImplementNode: false,
          // Lists inside a document are plain lists.
          listTypeCanWrapOnlyEdgeType: false,
        },
      ],
      // Texts, figures and periods are values: they have no identity apart from what has them.
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
  {
    files: ['examples/*/*.graphql'],
    languageOptions,
    plugins: { '@graphql-eslint': graphql },
    // These are for programs that keep nothing, and need no ids.
    rules: { ...rules('operations-recommended'), '@graphql-eslint/require-selections': 'off' },
  },
]
