import type { TestContext } from 'node:test'
import { startReceiver, type Answer, type Received } from './receiver.ts'

interface Given {
  readonly dataplaneId: string
  readonly endpoint: string
  readonly transferTypes?: readonly string[]
}

/** The management API of EDC 0.18 as far as data planes are concerned: `PUT` replaces, the list has other names. */
export async function startDpsConnector(t: TestContext, key: string) {
  const entries = new Map<string, object>()
  const respond = ({ method, path, headers, body }: Received): Answer => {
    if (headers['x-api-key'] !== key) return { status: 401, body: '<html>no</html>' }
    if (!path.startsWith('/management/v4/dataplanes')) return { status: 404, body: '<html></html>' }
    const id = decodeURIComponent(path.split('/')[4] ?? '')
    if (method === 'DELETE') return { status: entries.delete(id) ? 200 : 404 }
    if (method === 'GET') return { status: 200, body: JSON.stringify([...entries.values()]) }
    const { dataplaneId, endpoint, transferTypes = [] } = JSON.parse(body) as Given
    entries.set(dataplaneId, {
      '@id': dataplaneId,
      '@type': 'DataPlaneInstance',
      url: endpoint,
      allowedTransferTypes: transferTypes,
      state: 'REGISTERED',
    })
    return { status: 200 }
  }
  const receiver = await startReceiver(t, respond)
  return {
    managementUrl: `${receiver.url}/management/v4`,
    url: receiver.url,
    entries,
    received: receiver.received,
    state: receiver.state,
  }
}
