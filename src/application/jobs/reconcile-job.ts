import { failure, type Failure } from '../../domain/failure.ts'
import { isFinalJob, type Job } from '../../domain/job.ts'
import { hasEnded } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import { endWithoutAttempt, removeAttempts } from './finish-job.ts'
import { deadlineOf, reason, type JobContext } from './job-context.ts'
import { pinInputs } from './pin-inputs.ts'
import { followAttempt } from './follow-attempt.ts'
import {
  againAt,
  againAtEarliest,
  done,
  type Outcome,
  type Pass,
  type Reconciler,
} from '../reconciler.ts'
import { startAttempt } from './start-attempt.ts'

export function jobReconciler(app: Application): Reconciler {
  return {
    kind: 'job',
    slots: app.compute.passesAtOnce,
    parkAfter: 20,
    maxBackoffMs: 60_000,
    run: (pass) => reconcileJob(app, pass),
    onParked: async (id, reason, tx) => {
      const job = await tx.jobs.get({ id })
      if (job === undefined || isFinalJob(job)) return
      await endWithoutAttempt(
        app,
        tx,
        job,
        'FAILED',
        failure('parked', `The job was set aside: ${reason}.`),
      )
    },
  }
}

/** A workspace wakes its jobs when it is ready, suspended, resumed or ended. */
async function reconcileJob(app: Application, pass: Pass): Promise<Outcome> {
  const { read } = app.database
  const job = await read.jobs.get({ id: pass.id })
  if (job === undefined) return done
  if (isFinalJob(job)) return removeAttempts(app, pass, job)
  const workspace = await read.workspaces.get({ id: job.workspaceId })
  const version = await read.serviceVersions.get({ serviceId: job.serviceId, version: job.version })
  if (workspace === undefined || version === undefined)
    throw new Error(`job ${job.id} has lost its rows`)
  const context: JobContext = { app, pass, job, workspace, version }
  const attempt = await read.attempts.get({ jobId: job.id, number: job.attempt })
  if (attempt !== undefined && attempt.endedAt === null) return followAttempt(context, attempt)
  const ending = endingOf(context)
  if (ending !== undefined) {
    await pass.record((tx) => endWithoutAttempt(app, tx, job, ending.state, ending.failure))
    return againAt(app.now())
  }
  if (workspace.state === 'SUSPENDED') return waitSuspended(context)
  if (workspace.state === 'PROVISIONING') return againAt(deadlineOf(job, version))
  const resumed = await afterSuspension(context)
  return resumed.job.state === 'WAITING_FOR_INPUTS' ? pinInputs(resumed) : startWhenFree(resumed)
}

/** Why a job that has no attempt ends: cancelled, the workspace's end, or a limit. */
function endingOf({ app, job, workspace, version }: JobContext) {
  if (hasEnded(workspace)) {
    return {
      state: 'CANCELLED',
      failure: failure('workspace-ended', 'The workspace has ended.'),
    } as const
  }
  if (job.cancelRequestedAt !== null) return { state: 'CANCELLED', failure: null } as const
  if (workspace.state === 'SUSPENDED') {
    return version.content.onSuspend === 'cancel' ? cancelledBySuspension : undefined
  }
  if (job.stateReason?.code === 'suspended' || deadlineOf(job, version) > app.now())
    return undefined
  return { state: 'FAILED', failure: limitFailure(job) } as const
}

const cancelledBySuspension = {
  state: 'FAILED',
  failure: failure('workspace-suspended', 'The service cancels jobs of a suspended workspace.'),
} as const

function limitFailure(job: Job): Failure {
  return job.state === 'QUEUED'
    ? failure('queue-timeout', 'The job did not start within the time limit of the queue.')
    : failure('input-timeout', 'The inputs were not there within the time limit.')
}

/** Suspended time does not count: what was waited for is noted, and given back at the resume. */
async function waitSuspended({ app, pass, job }: JobContext): Promise<Outcome> {
  if (job.stateReason?.code !== 'suspended') {
    const stateReason = reason(app, 'suspended', 'The workspace is suspended.', null)
    await pass.record((tx) => tx.jobs.update({ id: job.id }, { stateReason }))
  }
  return done
}

async function afterSuspension(context: JobContext): Promise<JobContext> {
  const { app, pass, job } = context
  if (job.stateReason?.code !== 'suspended') return context
  const pausedMs = app.now().getTime() - new Date(job.stateReason.since).getTime()
  const patch = { stateReason: null, stateSince: new Date(job.stateSince.getTime() + pausedMs) }
  await pass.record((tx) => tx.jobs.update({ id: job.id }, patch))
  return { ...context, job: { ...job, ...patch } }
}

async function startWhenFree(context: JobContext): Promise<Outcome> {
  const { app, pass, job, version } = context
  const retryAt = job.stateReason?.code === 'retry-backoff' ? job.stateReason.until : null
  if (retryAt !== null && new Date(retryAt) > app.now()) return againAt(new Date(retryAt))
  await removeAttempts(app, pass, job)
  const started = await startAttempt(context)
  if (started.kind === 'started') return againAt(app.now())
  const until = deadlineOf(job, version)
  if (job.stateReason?.code !== started.code) {
    const stateReason = reason(app, started.code, started.message, until)
    await pass.record((tx) => tx.jobs.update({ id: job.id }, { stateReason }))
  }
  return againAtEarliest(until, secondsFrom(app.now(), 10))
}
