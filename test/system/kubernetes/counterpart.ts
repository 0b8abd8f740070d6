import { startCluster } from '../../support/kubernetes-cluster.ts'

/** What the tests of this folder have in common: a cluster with every sample image. */
export async function start() {
  const cluster = await startCluster()
  const stop = () => cluster.down()
  try {
    await cluster.loadImages()
  } catch (error) {
    await stop()
    throw error
  }
  return { variables: { DSC_CLUSTER_KUBECONFIG: cluster.kubeconfig }, stop }
}
