// The explorer: GraphiQL with our worked examples, talking to the address it was opened at.
import './workers.js'
import '@graphiql/react/style.css'
import '@graphiql/plugin-doc-explorer/style.css'
import '@graphiql/plugin-history/style.css'
import '@graphiql/plugin-explorer/style.css'
import 'graphiql/graphiql.css'
import './style.css'
import { explorerPlugin } from '@graphiql/plugin-explorer'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { createRoot } from 'react-dom/client'
import { fetcher } from './fetcher.js'
import { Languages } from './languages.jsx'
import { openingTabs } from './tabs.js'

const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })]

createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    schemaDescription
    inputValueDeprecation
    {...openingTabs(window.location.search)}
  >
    <GraphiQL.Logo>
      <span className="yunshan">Yunshan</span>
    </GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, copy, merge }) => (
        <>
          {prettify}
          {merge}
          {copy}
          <Languages />
        </>
      )}
    </GraphiQL.Toolbar>
  </GraphiQL>,
)
