import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { containers, labels } from '../../src/adapters/compute-kubernetes/names.ts'
import type { DemoCluster } from './cluster.ts'
import { objectsOf } from './objects.ts'

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

const reopenAfterMs = 500

/**
 * Each change of the job's pod that can be seen, from its first one until it is gone. A watch that breaks, as when the
 * API server is restarted, is opened again.
 */
export async function* podChanges(
  cluster: DemoCluster,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<PodStep, undefined> {
  let last: PodStep | null = null
  for (;;) {
    try {
      for await (const step of watched(cluster, jobId, signal)) {
        if (last === null || shown(step) !== shown(last)) yield step
        last = step
        if (step.isGone) return undefined
      }
    } catch (error) {
      if (signal.aborted) throw error
    }
    await pause(reopenAfterMs, undefined, { signal })
    const isLeft = await isThere(cluster, jobId, signal).catch(() => true)
    if (last !== null && !isLeft) {
      yield { ...last, isGone: true }
      return undefined
    }
  }
}

const shown = ({ node, phase, agent, worker, isGone }: PodStep) =>
  [node, phase, agent, worker, isGone].join()

const isThere = async (cluster: DemoCluster, jobId: string, signal: AbortSignal) =>
  (await objectsOf(cluster, jobId, signal)).pods.length > 0

async function* watched(
  { client, namespace }: DemoCluster,
  jobId: string,
  signal: AbortSignal,
): AsyncGenerator<PodStep> {
  const path = `/api/v1/namespaces/${namespace}/pods`
  const query = { watch: true, labelSelector: `${labels.job}=${jobId}` }
  const body = await client.open(path, query, signal)
  const lines = createInterface({ input: Readable.fromWeb(body as never) })
  for await (const line of lines) {
    const event = JSON.parse(line) as { readonly type: string; readonly object: V1Pod }
    if (event.type === 'ERROR') return
    if (event.type !== 'BOOKMARK') yield stepOf(event.object, event.type === 'DELETED')
  }
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
