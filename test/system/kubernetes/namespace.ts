import type { Cluster } from '../../support/kubernetes-cluster.ts'

/** What the tests of a file share; it is there when they run. */
export interface World {
  readonly cluster: () => Cluster
  readonly namespace: () => string
}

/** A namespace of the test's own, with the Pod Security standard that it enforces. */
export async function makeNamespace(
  cluster: Cluster,
  standard: 'restricted' | 'baseline' | 'privileged',
): Promise<string> {
  const name = `test-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 6)}`
  await cluster.kubectl(['create', 'namespace', name])
  const label = `pod-security.kubernetes.io/enforce=${standard}`
  await cluster.kubectl(['label', 'namespace', name, label])
  return name
}
