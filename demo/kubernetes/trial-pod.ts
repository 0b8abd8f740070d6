import type { V1Pod } from '@kubernetes/client-node'
import {
  clusterError,
  statusOf,
  withSignal,
} from '../../src/adapters/compute-kubernetes/cluster-client.ts'
import type { DemoCluster } from './cluster.ts'

/** What the cluster says to a pod that wants to be privileged (nothing is made); null: it would run. */
export async function refusalOfPrivilegedPod(
  { client, namespace, workerImage }: DemoCluster,
  signal: AbortSignal,
): Promise<string | null> {
  const container = {
    name: 'trial',
    image: workerImage,
    securityContext: { privileged: true, runAsUser: 0 },
  }
  const body: V1Pod = { metadata: { name: 'trial' }, spec: { containers: [container] } }
  try {
    await client.core.createNamespacedPod({ namespace, body, dryRun: 'All' }, withSignal(signal))
    return null
  } catch (error) {
    if (statusOf(error) !== 403) throw clusterError(error)
    return clusterError(error, 'create').message
  }
}
