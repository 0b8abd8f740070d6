import { claimKey } from '../../domain/bucket-layout.ts'
import { failure, FailureError, type Failure } from '../../domain/failure.ts'
import type { Attempt, AttemptState, Job, JobState } from '../../domain/job.ts'
import { hasEnded } from '../../domain/workspace.ts'
import { secondsFrom } from '../application.ts'
import { finishAttempt } from './finish-attempt.ts'
import type { AttemptStatus, LivingStatus } from '../ports/compute-backend.ts'
import { reason, type JobContext } from './job-context.ts'
import { againAt, againAtEarliest, type Outcome } from '../reconciler.ts'
import { changeJob } from '../telling/record-change.ts'
import { ensureAttempt, renewAgentCredentials } from './start-attempt.ts'

/** How long an outage of the backend lasts at least, to us. */
const outageSeconds = 5
/** Looks at many jobs are spread: each comes up to this share of its time earlier. */
const lookSpread = 0.2
/** How long after its own limit the agent may still need before the service steps in. */
const marginSeconds = 60

const phases = ['pending', 'staging', 'running', 'collecting'] as const
type Living = LivingStatus['phase']

const states: Record<Living, { readonly job: JobState; readonly attempt: AttemptState }> = {
  pending: { job: 'QUEUED', attempt: 'QUEUED' },
  staging: { job: 'STAGING', attempt: 'STAGING' },
  running: { job: 'RUNNING', attempt: 'RUNNING' },
  collecting: { job: 'COLLECTING', attempt: 'COLLECTING' },
}

/** Brings a living attempt on: makes it exist, shows its state, renews its session, stops it, takes its end. */
export async function followAttempt(context: JobContext, attempt: Attempt): Promise<Outcome> {
  const status = await statusOrOutage(context, attempt)
  switch (status.phase) {
    case 'unknown':
      return againAt(secondsFrom(context.app.now(), outageSeconds))
    case 'absent':
      return followAbsent(context, attempt)
    case 'ended':
      return finishAttempt(context, attempt, status)
    case 'pending':
    case 'staging':
    case 'running':
    case 'collecting':
      return followLiving(context, attempt, status)
  }
}

type Outage = { readonly phase: 'unknown' }

/** The attempt's state. A backend that cannot be asked is waited for, until the attempt has had its time. */
async function statusOrOutage(
  context: JobContext,
  attempt: Attempt,
): Promise<AttemptStatus | Outage> {
  const { app, pass, job } = context
  try {
    return await app.compute.status({ jobId: job.id, attempt: attempt.number }, pass.signal)
  } catch (error) {
    if (!isOutage(error)) throw error
    const shown = job.state === 'WAITING_FOR_INPUTS' ? 'QUEUED' : job.state
    const phase = phases.find((one) => states[one].job === shown) ?? 'pending'
    if (phaseDeadline(context, job.stateSince, phase) <= app.now()) {
      return absentEnd(app.now(), error.failure)
    }
    if (job.stateReason?.code !== error.failure.code) {
      const stateReason = reason(app, 'cluster-unavailable', error.message, null)
      await pass.record((tx) => tx.jobs.update({ id: job.id }, { stateReason }))
    }
    return { phase: 'unknown' }
  }
}

export const isOutage = (error: unknown): error is FailureError =>
  error instanceof FailureError && error.failure.code === 'cluster-unavailable'

/** Not there: made, unless it ran before. No attempt runs twice. */
async function followAbsent(context: JobContext, attempt: Attempt): Promise<Outcome> {
  const { app, pass, job, workspace } = context
  const ending = endOf(context) ?? job.stopFailure ?? undefined
  const claim = claimKey(job.id, attempt.number)
  const ran =
    attempt.state !== 'QUEUED' ||
    (await app.store.head(workspace.bucket, claim, pass.signal)) !== null
  if (ran || ending !== undefined) {
    const lost = ran ? failure('node-lost', 'The attempt has vanished from where it ran.') : null
    const found = ending === undefined || ending === 'cancelled' ? lost : ending
    return finishAttempt(context, attempt, absentEnd(app.now(), found))
  }
  try {
    await ensureAttempt(context)
  } catch (error) {
    if (isOutage(error)) {
      const stateReason = reason(app, 'cluster-unavailable', error.message, null)
      const late = phaseDeadline(context, job.stateSince, 'pending') <= app.now()
      if (late) return finishAttempt(context, attempt, absentEnd(app.now(), lateFailure('pending')))
      await pass.record((tx) => tx.jobs.update({ id: job.id }, { stateReason }))
      return againAt(secondsFrom(app.now(), outageSeconds))
    }
    if (!(error instanceof FailureError) || isTriedAgain(error.failure)) throw error
    return finishAttempt(context, attempt, absentEnd(app.now(), error.failure))
  }
  return againAt(secondsFrom(app.now(), 1))
}

/** What may go better in the next pass over the same attempt. */
const isTriedAgain = ({ class: failureClass, code }: Failure) =>
  failureClass === 'system' && code !== 'admission-refused'

const absentEnd = (now: Date, found: Failure | null) =>
  ({
    phase: 'ended',
    startedAt: null,
    endedAt: now,
    exitCode: null,
    failure: found,
    usage: { wallSeconds: 0, cpuSeconds: null, gpuSeconds: 0 },
    imageDigest: null,
  }) as const

async function followLiving(
  context: JobContext,
  attempt: Attempt,
  status: LivingStatus,
): Promise<Outcome> {
  const { app, pass, job } = context
  await showState(context, attempt, status)
  const stopped = await stopIfNeeded(context, attempt, status)
  if (stopped) return againAt(secondsFrom(app.now(), 1))
  const unseen = status.phase === 'pending' && (status.idle || attempt.credentialsUntil === null)
  if (unseen) await ensureAttempt(context)
  const renewAt = unseen ? null : await renewAgentCredentials(context, attempt)
  pass.signal.throwIfAborted()
  const deadline = phaseDeadline(context, job.stateSince, status.phase)
  return againAtEarliest(nextLook(app, status), renewAt, deadline)
}

/** Changes are told by the backend; it is looked at this often in any case. Deadlines and renewals have their own times. */
function nextLook({ compute, now, random }: JobContext['app'], status: LivingStatus): Date {
  const { soon, seldom } = compute.looks
  const seconds = (status.changesByTime ?? false) ? soon : seldom * (1 - lookSpread * random())
  return secondsFrom(now(), Math.max(soon, seconds))
}

/** Whether job and attempt tell already what the backend tells of a living attempt; never of one that does not live. */
export function isShown(job: Job, attempt: Attempt, status: AttemptStatus): boolean {
  if (status.phase === 'absent' || status.phase === 'ended') return false
  const shown = states[status.phase]
  const pending = 'reason' in status ? (status.reason ?? null) : null
  return (
    job.state === shown.job &&
    (job.stateReason?.message ?? null) === (pending?.message ?? null) &&
    attempt.state === shown.attempt
  )
}

async function showState(
  { app, pass, job }: JobContext,
  attempt: Attempt,
  status: LivingStatus,
): Promise<void> {
  if (isShown(job, attempt, status)) return
  const shown = states[status.phase]
  const pending = 'reason' in status ? (status.reason ?? null) : null
  const startedAt = 'startedAt' in status ? status.startedAt : attempt.startedAt
  const stateReason = pending === null ? null : reason(app, pending.code, pending.message, null)
  await pass.record(async (tx) => {
    const current = await tx.jobs.get({ id: job.id })
    if (current === undefined) return
    const stateSince = current.state === shown.job ? current.stateSince : app.now()
    const patch = {
      state: shown.job,
      stateReason,
      stateSince,
      startedAt: current.startedAt ?? startedAt,
    }
    await changeJob(app, tx, current, patch)
    await tx.attempts.update(
      { jobId: job.id, number: attempt.number },
      { state: shown.attempt, startedAt },
    )
  })
}

/** Why a living attempt has to end, and what that makes of the job. */
function endOf({ job, workspace, version }: JobContext): Failure | 'cancelled' | undefined {
  if (hasEnded(workspace)) return failure('workspace-ended', 'The workspace has ended.')
  if (job.cancelRequestedAt !== null) return 'cancelled'
  if (workspace.state === 'SUSPENDED' && version.content.onSuspend === 'cancel') {
    return failure('workspace-suspended', 'The service cancels jobs of a suspended workspace.')
  }
  return undefined
}

/** True when the attempt was told to stop: its end is waited for. */
async function stopIfNeeded(
  context: JobContext,
  attempt: Attempt,
  status: LivingStatus,
): Promise<boolean> {
  const { app, pass, job, version } = context
  const late = phaseDeadline(context, job.stateSince, status.phase) <= app.now()
  const ending = endOf(context) ?? (late ? lateFailure(status.phase, waitedFor(status)) : undefined)
  if (ending === undefined) return job.stopFailure !== null
  if (ending !== 'cancelled' && job.stopFailure === null) {
    await pass.record((tx) => tx.jobs.update({ id: job.id }, { stopFailure: ending }))
  }
  const { graceSeconds } = version.content.limits
  await app.compute.stop({ jobId: job.id, attempt: attempt.number }, graceSeconds, pass.signal)
  return true
}

const waitedFor = (status: LivingStatus) =>
  'reason' in status ? status.reason?.message : undefined

function phaseDeadline({ app, version }: JobContext, since: Date, phase: Living): Date {
  const { queueSeconds, stageSeconds, runSeconds, collectSeconds, graceSeconds } =
    version.content.limits
  const seconds = {
    pending: queueSeconds,
    staging: stageSeconds + marginSeconds,
    running: app.compute.keepsRunLimit ? runSeconds + graceSeconds + marginSeconds : runSeconds,
    collecting: collectSeconds + marginSeconds,
  }
  return secondsFrom(since, seconds[phase])
}

function lateFailure(phase: Living, waitedFor?: string): Failure {
  const why = waitedFor === undefined ? '' : ` It waited for: ${waitedFor}`
  switch (phase) {
    case 'pending':
      return failure(
        'queue-timeout',
        `The job did not start within the time limit of the queue.${why}`,
      )
    case 'staging':
      return failure('staging-failed', `The inputs were not staged within the time limit.${why}`)
    case 'running':
      return failure('run-timeout', 'The worker ran longer than its limit.')
    case 'collecting':
      return failure('collecting-failed', 'The results were not collected within the time limit.')
  }
}
