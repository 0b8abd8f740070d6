import { hostAddress, type Cluster } from './kubernetes-cluster.ts'

export const agentImage = 'localhost/dataspace-compute:test'

/** Images of workers that know nothing of us; `busybox` has a shell. */
export const workerImages = {
  node: 'localhost/worker-node:1',
  busybox: 'localhost/worker-busybox:1',
  python: 'localhost/worker-python:1',
  root: 'localhost/worker-root:1',
  named: 'localhost/worker-named:1',
} as const

/** Settings of a service on this machine whose jobs run on the cluster, with an embedded store that pods reach. */
export const kubernetesVariables = (
  { kubeconfig }: Pick<Cluster, 'kubeconfig'>,
  namespace: string,
): Record<string, string> => ({
  DSC_COMPUTE: 'kubernetes',
  KUBECONFIG: kubeconfig,
  DSC_KUBERNETES_NAMESPACE: namespace,
  DSC_AGENT_IMAGE: agentImage,
  DSC_STORE_HOST: hostAddress,
})

/** A service whose worker is a POSIX shell script in the busybox image; output directory `/work/out`, output `result`. */
export function shellService(
  id: string,
  script: string,
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    id,
    title: id,
    datasets: ['*'],
    worker: { image: workerImages.busybox, command: ['/bin/sh', '-c', script] },
    inputs: [],
    outputs: [{ name: 'result', kind: 'file', required: true }],
    outputDirectory: '/work/out',
    ...more,
  }
}
