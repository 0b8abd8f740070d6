import { until } from '../../test/support/until.ts'
import type { ApiServer } from './api-server.ts'

const goneWithinMs = 900_000

/** Gives a namespace that is gone afterwards, with all that is in it. */
export async function inNamespace<T>(
  api: ApiServer,
  use: (namespace: string) => Promise<T>,
): Promise<T> {
  const name = `bench-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 6)}`
  const path = `/api/v1/namespaces/${name}`
  await api.call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  })
  try {
    return await use(name)
  } finally {
    await api.call('DELETE', path)
    const gone = async () => (await api.ask('GET', path)).status === 404
    await until(`${name} is gone`, gone, goneWithinMs)
  }
}
