import type { V1Secret } from '@kubernetes/client-node'
import type { ClusterReader } from '../../../src/adapters/compute-kubernetes/cluster-client.ts'
import { agentSecretName } from '../../../src/adapters/compute-kubernetes/names.ts'
import type { AttemptRef } from '../../../src/application/ports/compute-backend.ts'
import type { StoreSessionDocument } from '../../../src/staging/credentials-file.ts'

/** The session that an attempt's agent has now, and the version of the Secret that holds it. */
export async function agentSecret(cluster: ClusterReader, namespace: string, ref: AttemptRef) {
  const path = `/api/v1/namespaces/${namespace}/secrets/${agentSecretName(ref)}`
  const found = (await cluster.get(path, {}, AbortSignal.timeout(30_000))) as V1Secret
  const text = Buffer.from(found.data?.['credentials.json'] ?? '', 'base64').toString()
  return {
    version: found.metadata?.resourceVersion,
    session: JSON.parse(text) as StoreSessionDocument,
  }
}
