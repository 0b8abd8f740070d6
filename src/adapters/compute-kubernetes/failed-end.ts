import { failure, type Failure } from '../../domain/failure.ts'
import type { AttemptView, SeenPod } from './attempt-view.ts'
import { endSaid } from './failed-start.ts'
import type { ContainerView, JobView } from './observed.ts'

/** What went wrong in a pod that has ended, beside the worker's exit code; null: only that speaks. */
export function failedEnd(pod: SeenPod, view: AttemptView): Failure | null {
  return ofWorker(pod) ?? ofPod(pod, view) ?? ofNode(pod) ?? ofAgent(pod)
}

function ofWorker({ worker }: SeenPod): Failure | null {
  if (worker?.state !== 'terminated') return null
  switch (worker.reason) {
    case 'OOMKilled':
      return failure(
        'out-of-memory',
        'The worker used more memory than its limit and was ended (OOMKilled).',
      )
    case 'StartError':
    case 'ContainerCannotRun':
      return failure('exit-code', `The worker could not be started: ${worker.message}`)
    default:
      return null
  }
}

/** What happened to the whole pod says more than that the node lost sight of its worker. */
function ofNode({ worker }: SeenPod): Failure | null {
  if (worker?.state !== 'terminated' || worker.reason !== 'ContainerStatusUnknown') return null
  return failure('node-lost', worker.message || 'The node does not know how the worker ended.')
}

/** What happened to the pod after the worker had ended well is nothing to it, if its agent ended well too. */
function ofPod(pod: SeenPod, { job, stopped }: AttemptView): Failure | null {
  if (pod.agent?.exitCode === 0 && endedBefore(pod)) return null
  const { reason, message, disruption } = pod
  if (reason === 'Evicted') return evicted(message)
  if (reason === 'DeadlineExceeded') return failure('run-timeout', message || timePassed)
  if (reason === 'NodeLost' || reason === 'NodeShutdown' || reason === 'Terminated') {
    return failure('node-lost', message || reason)
  }
  if (reason === 'UnexpectedAdmissionError' || reason === 'NodeAffinity' || isOutOf(reason)) {
    return failure('admission-refused', message || reason)
  }
  if (disruption !== null) return failure('evicted', disruption.message || disruption.reason)
  if (job?.end?.reason === 'DeadlineExceeded') return failure('run-timeout', timePassed)
  if (pod.deletedAt !== null || pod.goneAt !== null) {
    if (stopped && pod.worker?.state === 'terminated') return null
    return failure('pod-deleted', 'The pod was deleted before its job had ended.')
  }
  return null
}

/** A worker that ends with 0 because it was told to go has not done its work. */
function endedBefore({ worker, interruptedAt }: SeenPod): boolean {
  if (worker?.state !== 'terminated' || worker.exitCode !== 0) return false
  return interruptedAt === null || (worker.finishedAt !== null && worker.finishedAt < interruptedAt)
}

const timePassed = 'The job used up the time that the cluster gives it.'
const isOutOf = (reason: string) => /^OutOf/.test(reason)

/** The pod's own use of the disk is the worker's doing; the node's trouble is not. */
function evicted(message: string): Failure {
  const own = /EmptyDir|ephemeral local storage|ephemeral-storage.*exceeds|exceeds the limit/i
  return own.test(message)
    ? failure('scratch-full', message)
    : failure('evicted', message || 'The node had to give up the pod.')
}

/** A worker's own failure comes first: the agent may have nothing to collect. */
function ofAgent({ worker, agent }: SeenPod): Failure | null {
  if (agent === null) return failure('node-lost', 'The pod ended before it began.')
  if (worker?.state === 'terminated') {
    if (worker.exitCode !== 0) return null
    return collectingFailure(agent)
  }
  if (agent.state !== 'terminated') {
    return failure('node-lost', 'The end of the worker is not known.')
  }
  return endSaid(end(agent)) ?? failure('node-lost', 'The pod ended before the worker began.')
}

const end = ({ exitCode, reason, message }: ContainerView) => ({
  exitCode: exitCode ?? 0,
  reason,
  message,
})

function collectingFailure(agent: ContainerView): Failure | null {
  if (agent.state !== 'terminated') {
    return failure('collecting-failed', 'The agent was lost while it collected the results.')
  }
  const said = endSaid(end(agent))
  if (said === null || said.code !== 'staging-failed') return said
  return failure('collecting-failed', said.message)
}

/** Of a Job that has ended and has no pod any more. */
export function jobFailure({ type, reason, message }: NonNullable<JobView['end']>): Failure | null {
  if (type === 'Complete') return null
  return reason === 'DeadlineExceeded'
    ? failure('run-timeout', message || timePassed)
    : failure('pod-deleted', `The pod was deleted before its end was seen. ${message}`.trim())
}
