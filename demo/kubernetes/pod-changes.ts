import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { clusterError } from '../../src/adapters/compute-kubernetes/cluster-client.ts'
import { containers, labels } from '../../src/adapters/compute-kubernetes/names.ts'
import type { DemoCluster } from './cluster.ts'

/** What is shown of a pod at one time. */
export interface PodStep {
  readonly name: string
  /** Null: it has no node yet. */
  readonly node: string | null
  readonly phase: string
  readonly agent: string
  readonly worker: string
  /** Why the worker will not begin; null: nothing speaks against it. */
  readonly trouble: string | null
  readonly agentRuns: boolean
  readonly isGone: boolean
}

/** A line for each change of the job's pod that can be seen, from its first one until it is gone. */
export async function* podChanges(
  { client, namespace }: DemoCluster,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<PodStep, undefined> {
  const path = `/api/v1/namespaces/${namespace}/pods`
  const query = { watch: true, labelSelector: `${labels.job}=${jobId}` }
  const body = await client.open(path, query, signal).catch((error: unknown) => {
    throw clusterError(error)
  })
  const lines = createInterface({ input: Readable.fromWeb(body as never) })
  let last = ''
  for await (const line of lines) {
    const event = JSON.parse(line) as { readonly type: string; readonly object: V1Pod }
    if (event.type === 'BOOKMARK') continue
    if (event.type === 'ERROR') throw new Error('the cluster has ended the watch of the pod')
    const step = stepOf(event.object, event.type === 'DELETED')
    const { node, phase, agent, worker, isGone } = step
    const shown = [node, phase, agent, worker, isGone].join()
    if (shown !== last) yield step
    last = shown
    if (isGone) return undefined
  }
  throw new Error('the watch of the pod has ended before the pod was gone')
}

const hopeless = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
]

function stepOf({ metadata, spec, status }: V1Pod, isGone: boolean): PodStep {
  const find = (list: V1ContainerStatus[] | undefined, name: string) =>
    list?.find((one) => one.name === name)
  const agent = find(status?.initContainerStatuses, containers.agent)
  const worker = find(status?.containerStatuses, containers.worker)
  const waiting = [agent, worker].map((one) => one?.state?.waiting)
  const stuck = waiting.find((one) => hopeless.includes(one?.reason ?? ''))
  return {
    name: metadata?.name ?? '?',
    node: spec?.nodeName ?? null,
    phase: status?.phase ?? '?',
    agent: agentWords(agent, worker),
    worker: words(worker, 'runs'),
    trouble: stuck === undefined ? null : `${stuck.reason ?? '?'}: ${stuck.message ?? ''}`,
    agentRuns: agent?.state?.running !== undefined,
    isGone,
  }
}

function agentWords(agent: V1ContainerStatus | undefined, worker: V1ContainerStatus | undefined) {
  if (worker?.state?.terminated !== undefined) return words(agent, 'collects the outputs')
  return words(agent, agent?.started === true ? 'has staged the inputs' : 'stages the inputs')
}

function words(container: V1ContainerStatus | undefined, whileRunning: string): string {
  const { running, terminated, waiting } = container?.state ?? {}
  if (running !== undefined) return whileRunning
  if (terminated !== undefined) return `ended with ${terminated.exitCode}`
  return waiting?.reason === undefined ? '' : `waits (${waiting.reason})`
}
