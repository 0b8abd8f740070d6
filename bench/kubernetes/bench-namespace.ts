import type { V1PodList } from '@kubernetes/client-node'
import { until } from '../../test/support/until.ts'
import type { ApiServer } from './api-server.ts'

const goneWithinMs = 900_000
const patienceMs = 30_000

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
  } catch (error) {
    process.stderr.write(`  ${String(error)}\n`)
    throw error
  } finally {
    await api.call('DELETE', path)
    const emptied = performance.now() + patienceMs
    const gone = async () => {
      if (performance.now() > emptied) await releasePods(api, name)
      return (await api.ask('GET', path)).status === 404
    }
    await until(`${name} is gone`, gone, goneWithinMs)
  }
}

/** Pods that the Job controller does not let go, since their Job went before they did. */
async function releasePods(api: ApiServer, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`
  const { items } = (await api.call('GET', path)) as V1PodList
  for (const { metadata } of items) {
    const pod = `${path}/${metadata?.name ?? ''}`
    await api.call('PATCH', pod, { metadata: { finalizers: null } }, { accept: [404, 422] })
    await api.call('DELETE', `${pod}?gracePeriodSeconds=0`, undefined, { accept: [404, 409] })
  }
}
