import type { AttemptStatus, PendingReason } from '../../application/ports/compute-backend.ts'
import { failure, type Failure } from '../../domain/failure.ts'
import { failedStart } from './failed-start.ts'
import { failedEnd, jobFailure } from './failed-end.ts'
import type { AttemptView, SeenPod, StatusRules } from './attempt-view.ts'
import type { ContainerView, JobView, PodView } from './observed.ts'

/** Reads the state of an attempt from what the cluster shows of it. Pure. */
export function attemptStatus(view: AttemptView, rules: StatusRules): AttemptStatus {
  const seen = statusOfSeen(view, rules)
  const { refusedObject } = view
  if (refusedObject === null || (seen.phase !== 'absent' && seen.phase !== 'pending')) return seen
  // A quota has room again without a word.
  const reason = { code: 'unschedulable', message: refusedObject } as const
  return { phase: 'pending', reason, idle: true, changesByTime: true }
}

function statusOfSeen(view: AttemptView, rules: StatusRules): AttemptStatus {
  const pod = view.pods.at(-1)
  if (pod === undefined) return view.job === null ? { phase: 'absent' } : withoutPod(view.job, view)
  if (hasEnded(pod, view.job)) return ended(pod, view, rules.now, failedEnd(pod, view))
  if (isOverdue(pod, rules.now)) return ended(pod, view, rules.now, nodeSilent)
  const state = living(pod, rules)
  // It becomes overdue without a word.
  const leaves = pod.deletedAt !== null && state.phase !== 'ended' && state.phase !== 'absent'
  return leaves ? { ...state, changesByTime: true } : state
}

function withoutPod(job: JobView, { refusedPod }: AttemptView): AttemptStatus {
  if (job.end !== null) {
    return endOf({
      startedAt: null,
      endedAt: job.end.at,
      exitCode: job.end.type === 'Complete' ? 0 : null,
      found: jobFailure(job.end),
    })
  }
  if (refusedPod !== null && !isQuota(refusedPod)) {
    const found = failure('admission-refused', `The cluster refuses the pod: ${refusedPod}`)
    return endOf({ startedAt: null, endedAt: job.createdAt, exitCode: null, found })
  }
  // Why there is no pod is not watched but asked for.
  const changesByTime = !job.suspended
  return { phase: 'pending', reason: waitingForPod(job, refusedPod), idle: false, changesByTime }
}

/** A quota may have room later; what else refuses a pod will go on refusing it. */
export const isQuota = (message: string) =>
  /exceeded quota|insufficient quota|status unknown for quota/.test(message)

function waitingForPod(job: JobView, refusedPod: string | null): PendingReason | null {
  if (job.suspended) {
    return { code: 'kueue-quota', message: 'The job waits in the queue of the cluster.' }
  }
  return refusedPod === null ? null : { code: 'unschedulable', message: refusedPod }
}

/** Nothing of the pod runs any more, or can. */
function hasEnded(pod: SeenPod, job: JobView | null): boolean {
  if (pod.goneAt !== null || pod.phase === 'Succeeded' || pod.phase === 'Failed') return true
  if (pod.worker?.state === 'terminated' && pod.agent?.state === 'terminated') return true
  return job?.end !== null && job?.end !== undefined && pod.deletedAt === null && !isAlive(pod)
}

/** What a pod may need beyond its grace period. */
const overdueMs = 60_000

/**
 * It should have gone by now: its node cannot be heard. The cluster itself waits for that node for ever, since the pod
 * has the finalizer of its Job, which goes when the Job does.
 */
export const isOverdue = ({ deletedAt, goneAt }: SeenPod, now: Date): boolean =>
  goneAt === null && deletedAt !== null && now.getTime() - deletedAt.getTime() > overdueMs

const nodeSilent = failure(
  'node-lost',
  'The pod was to end, and its node has not said within a minute that it has.',
)

const isAlive = (pod: PodView) => pod.worker?.state === 'running' || pod.agent?.state === 'running'

function living(pod: SeenPod, rules: StatusRules): AttemptStatus {
  const { agent, worker } = pod
  if (worker?.state === 'running' && worker.startedAt !== null) {
    return { phase: 'running', since: worker.startedAt, startedAt: worker.startedAt }
  }
  if (worker?.state === 'terminated') {
    const since = worker.finishedAt ?? rules.now
    return { phase: 'collecting', since, startedAt: worker.startedAt ?? since }
  }
  const start = failedStart(pod, rules)
  if (start.failed !== null) {
    const endedAt = agent?.finishedAt ?? rules.now
    return endOf({ startedAt: null, endedAt, exitCode: null, found: start.failed })
  }
  if (agent?.state === 'running' && agent.startedAt !== null) {
    const changesByTime = start.waits !== null
    return { phase: 'staging', since: agent.startedAt, reason: start.waits, changesByTime }
  }
  // A pod without a place waits for the scheduler; what a container waits for has its time.
  const reason = start.waits ?? unscheduled(pod)
  const changesByTime = reason === null || start.waits !== null
  return { phase: 'pending', reason, idle: false, changesByTime }
}

const unscheduled = ({ unschedulable }: PodView): PendingReason | null =>
  unschedulable === null ? null : { code: 'unschedulable', message: unschedulable.message }

function ended(pod: SeenPod, view: AttemptView, now: Date, found: Failure | null): AttemptStatus {
  const { worker } = pod
  const known = worker?.state === 'terminated' && worker.reason !== 'ContainerStatusUnknown'
  const startedAt = worker?.startedAt ?? null
  return endOf({
    startedAt: isEpoch(startedAt) ? null : startedAt,
    endedAt: endTime(pod, view.job) ?? now,
    exitCode: known && worker.reason !== 'StartError' ? worker.exitCode : null,
    found,
    worker,
    gpuCount: view.job?.gpuCount ?? 0,
  })
}

/** A container that never started has the beginning of all time as its start. */
const isEpoch = (time: Date | null) => time?.getTime() === 0

function endTime(pod: SeenPod, job: JobView | null): Date | null {
  const finished = pod.agent?.finishedAt ?? pod.worker?.finishedAt ?? null
  return isEpoch(finished) ? null : (finished ?? job?.end?.at ?? pod.goneAt ?? pod.deletedAt)
}

interface End {
  readonly startedAt: Date | null
  readonly endedAt: Date
  readonly exitCode: number | null
  readonly found: Failure | null
  readonly worker?: ContainerView | null
  readonly gpuCount?: number
}

function endOf({ startedAt, endedAt, exitCode, found, worker, gpuCount }: End): AttemptStatus {
  const finishedAt = worker?.finishedAt ?? endedAt
  const wallSeconds =
    startedAt === null ? 0 : Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000
  return {
    phase: 'ended',
    startedAt,
    endedAt,
    exitCode,
    failure: found,
    usage: {
      wallSeconds,
      cpuSeconds: startedAt === null ? 0 : null,
      gpuSeconds: wallSeconds * (gpuCount ?? 0),
    },
    imageDigest: digestOf(worker?.imageId ?? ''),
  }
}

/** `registry.example.com/a@sha256:…` or `sha256:…`. */
function digestOf(imageId: string): string | null {
  const found = /sha256:[0-9a-f]{64}/.exec(imageId)
  return found === null ? null : found[0]
}
