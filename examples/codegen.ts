// Types for the documents of Apollo Client and urql, and the ids that a server with a manifest knows them by.
import type { CodegenConfig } from '@graphql-codegen/cli'
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset'

const config: CodegenConfig = {
  schema: '../schema/schema.graphql',
  documents: ['apollo/*.ts', 'urql/*.ts'],
  emitLegacyCommonJSImports: false,
  generates: {
    './generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256', mode: 'embedHashInDocument' },
      },
      // Caches need __typename; a document has to say so before its hash is taken.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        strictScalars: true,
        // A figure is exact as a string, and no number of JavaScript's.
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', Revision: 'number' },
      },
    },
  },
}

export default config
