import type { V1Pod } from '@kubernetes/client-node'
import { labels } from '../../../src/adapters/compute-kubernetes/names.ts'
import { openCluster } from '../../../src/adapters/compute-kubernetes/cluster-client.ts'
import { readEvents } from '../../../src/adapters/compute-kubernetes/watched-list-events.ts'

/** A pod as the test's own watch was told of it. `at`: `performance.now()`. */
export interface SeenPod {
  readonly at: number
  readonly jobId: string
  readonly pod: V1Pod
}

/** Every change of every pod in a namespace, from now on, on a connection of the test's own. */
export async function watchPods(kubeconfigPath: string, namespace: string) {
  const cluster = openCluster({ kubeconfigPath, userAgent: 'test-watch' })
  const end = new AbortController()
  const seen: SeenPod[] = []
  const path = `/api/v1/namespaces/${namespace}/pods`
  const { metadata } = (await cluster.get(path, { limit: 1 }, end.signal)) as {
    readonly metadata: { readonly resourceVersion: string }
  }
  const query = { watch: true, resourceVersion: metadata.resourceVersion, timeoutSeconds: 3000 }
  const body = await cluster.open(path, query, end.signal)
  const reading = readEvents(body, ({ object }) => {
    const pod = object as V1Pod
    seen.push({ at: performance.now(), jobId: pod.metadata?.labels?.[labels.job] ?? '', pod })
  }).catch((error: unknown) => {
    if (!end.signal.aborted) throw error
  })
  return {
    seen,
    /** When it first was so with a pod of the job. */
    firstAt: (jobId: string, is: (pod: V1Pod) => boolean) =>
      seen.find((one) => one.jobId === jobId && is(one.pod))?.at,
    [Symbol.asyncDispose]: async () => {
      end.abort()
      await reading
      await cluster[Symbol.asyncDispose]()
    },
  }
}

export type PodWatch = Awaited<ReturnType<typeof watchPods>>

const container = (pod: V1Pod, name: string) =>
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
    (one) => one.name === name,
  )?.state

export const agentRuns = (pod: V1Pod) => container(pod, 'agent')?.running !== undefined
export const agentEnded = (pod: V1Pod) => container(pod, 'agent')?.terminated !== undefined
export const workerRuns = (pod: V1Pod) => container(pod, 'worker')?.running !== undefined
export const workerEnded = (pod: V1Pod) => container(pod, 'worker')?.terminated !== undefined
