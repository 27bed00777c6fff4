// A page of figures with Relay. The server's address may stand in the page's: ?server=http://…/graphql
import { Component, StrictMode, Suspense, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { RelayEnvironmentProvider } from 'react-relay'
import { environmentOf } from './environment'
import { Figures } from './Figures'

const url = new URLSearchParams(location.search).get('server') ?? 'http://127.0.0.1:8000/graphql'

class Told extends Component<{ children: ReactNode }, { problem?: Error }> {
  override state: { problem?: Error } = {}

  static getDerivedStateFromError(problem: Error) {
    return { problem }
  }

  override render() {
    const { problem } = this.state
    return problem ? <p role="alert">{problem.message}</p> : this.props.children
  }
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <RelayEnvironmentProvider environment={environmentOf(url)}>
      <Told>
        <Suspense fallback={<p>One moment …</p>}>
          <Figures />
        </Suspense>
      </Told>
    </RelayEnvironmentProvider>
  </StrictMode>,
)
