import type { TestContext } from 'node:test'
import type { EdcConnector } from './edc-connector.ts'
import { startReceiver, type Answer, type Received } from './receiver.ts'

/** The management API of an EDC connector (v3 and v4beta, as 0.15.1 has them) as far as `connect` asks it. */
export async function startEdcManagement(
  t: TestContext,
  { connector, key }: { readonly connector: EdcConnector; readonly key: string },
) {
  const agreements: object[] = []
  const respond = ({ path, headers }: Received): Answer => {
    const [, rest] = /^\/management\/(?:v3|v4beta)\/(.*)$/.exec(path) ?? []
    if (rest === undefined) return { status: 404, body: '<html>canary page</html>' }
    if (headers['x-api-key'] !== key) return { status: 401, body: '[]' }
    if (rest === 'dataplanes')
      return { status: 200, body: JSON.stringify([...connector.dataPlanes.values()]) }
    if (rest === 'contractagreements/request')
      return { status: 200, body: JSON.stringify(agreements) }
    return { status: 404, body: '[]' }
  }
  const { url, received } = await startReceiver(t, respond)
  return { url: `${url}/management`, received, agreements }
}

/** The connector looks at what was registered, as EDC does, once it is asked for its list again. */
export function lookAtDataPlanes(connector: EdcConnector): void {
  connector.interfere = ({ method, path }) => {
    if (method !== 'GET' || path !== '/v1/dataplanes') return undefined
    for (const dataPlane of connector.dataPlanes.values()) {
      if (dataPlane.state !== 'REGISTERED') continue
      fetch(`${dataPlane.url}/check`).then(
        ({ status }) => (dataPlane.state = status === 204 ? 'AVAILABLE' : 'UNAVAILABLE'),
        () => (dataPlane.state = 'UNAVAILABLE'),
      )
    }
    return undefined
  }
}
