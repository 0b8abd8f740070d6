import type { V1ContainerStatus, V1PodStatus } from '@kubernetes/client-node'
import { containers } from '../../src/adapters/compute-kubernetes/names.ts'

type State = NonNullable<V1ContainerStatus['state']>
type Conditions = NonNullable<V1PodStatus['conditions']>
/** As JSON has it: the models have `Date`, and the API takes text with seconds. */
const time = (at: Date) => `${at.toISOString().slice(0, 19)}Z` as unknown as Date

const imageID = `localhost/worker@sha256:${'0'.repeat(64)}`

/** The agent runs, the worker waits for it. */
export const podStages = (at: Date): V1PodStatus => ({
  phase: 'Pending',
  startTime: time(at),
  conditions: conditions(at, false),
  initContainerStatuses: [status(containers.agent, { running: { startedAt: time(at) } }, false)],
  containerStatuses: [status(containers.worker, { waiting: { reason: 'PodInitializing' } }, false)],
})

export const podRuns = (at: Date): V1PodStatus => ({
  phase: 'Running',
  startTime: time(at),
  conditions: conditions(at, true),
  initContainerStatuses: [status(containers.agent, { running: { startedAt: time(at) } }, true)],
  containerStatuses: [status(containers.worker, { running: { startedAt: time(at) } }, true)],
})

export const podEnded = (from: Date, to: Date, exitCode: number): V1PodStatus => {
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: time(from),
    finishedAt: time(to),
  }
  const agent = { ...terminated, exitCode: 0, reason: 'Completed' }
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    startTime: time(from),
    conditions: conditions(from, false),
    initContainerStatuses: [status(containers.agent, { terminated: agent }, false)],
    containerStatuses: [status(containers.worker, { terminated }, false)],
  }
}

const conditions = (at: Date, ready: boolean): Conditions => [
  { type: 'PodScheduled', status: 'True', lastTransitionTime: time(at) },
  { type: 'Initialized', status: ready ? 'True' : 'False', lastTransitionTime: time(at) },
  { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time(at) },
]

const status = (name: string, state: State, started: boolean): V1ContainerStatus => ({
  name,
  image: 'localhost/worker:1',
  imageID,
  ready: started,
  started,
  restartCount: 0,
  state,
  lastState: {},
})
