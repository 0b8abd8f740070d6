import { judgeAttempt, type Verdict } from '../../domain/attempt-verdict.ts'
import type { AgentReport } from '../../domain/agent-report.ts'
import type { Failure } from '../../domain/failure.ts'
import {
  isFinalJob,
  type Attempt,
  type Job,
  type Usage,
  type VerifiedOutput,
} from '../../domain/job.ts'
import { backoffMs } from '../../domain/retry-schedule.ts'
import { collectLog, type CollectedLog } from './collect-log.ts'
import { discardOutputs } from './discard-outputs.ts'
import { publishManifest } from './publish-manifest.ts'
import type { AttemptStatus } from '../ports/compute-backend.ts'
import { readReport, verifyOutputs } from './verify-outputs.ts'
import { reason, type JobContext } from './job-context.ts'
import { againAt, type Outcome } from '../reconciler.ts'
import { underWayStates } from './start-attempt.ts'
import { changeJob } from '../telling/record-change.ts'
import type { Transaction } from '../ports/database.ts'

type EndedStatus = Extract<AttemptStatus, { phase: 'ended' }>

/** Everything that is known about an ended attempt, gathered before its end is recorded. */
interface Ending {
  readonly status: EndedStatus
  readonly report: AgentReport | null
  readonly outputs: readonly VerifiedOutput[]
  readonly log: CollectedLog | null
  readonly verdict: Verdict
}

/** Takes the end of an attempt: log, verified outputs, verdict; then a new attempt, or the job's end with its manifest. */
export async function finishAttempt(
  context: JobContext,
  attempt: Attempt,
  status: EndedStatus,
): Promise<Outcome> {
  const { app, pass, job } = context
  const ending = await gatherEnding(context, attempt, status)
  const retry = ending.verdict.state === 'FAILED' && ending.verdict.retry && mayRetry(job)
  if (retry) await pass.record((tx) => recordRetry(context, tx, attempt, ending))
  else await conclude(context, attempt, ending)
  await wakeQueued(context)
  return againAt(app.now())
}

/** An attempt that was stopped because it made no way is followed by another, as one that failed by itself. */
const mayRetry = ({ attempt, maxAttempts, cancelRequestedAt, stopFailure }: Job) =>
  attempt < maxAttempts &&
  cancelRequestedAt === null &&
  (stopFailure === null || stopFailure.class === 'system')

async function gatherEnding(
  context: JobContext,
  attempt: Attempt,
  status: EndedStatus,
): Promise<Ending> {
  const { app, job, workspace, version, pass } = context
  const log = await collectLog(context, attempt)
  const stopped = job.cancelRequestedAt !== null || job.stopFailure !== null
  if (stopped && status.startedAt !== null) await discardOutputs(context)
  const report = await readReport(app, workspace.bucket, job, pass.signal)
  const { outputs, unverified } = await verifyOutputs(app, workspace.bucket, report, pass.signal)
  const verdict = judgeAttempt({
    service: version.content,
    exitCode: status.exitCode,
    backendFailure: status.failure,
    report,
    unverified,
    stopFailure: job.stopFailure,
    cancelled: job.cancelRequestedAt !== null,
  })
  return { status, report, outputs, log, verdict }
}

function attemptEnd({ status, outputs, log, verdict }: Ending): Partial<Attempt> {
  return {
    state: verdict.state,
    startedAt: status.startedAt,
    endedAt: status.endedAt,
    exitCode: status.exitCode,
    failure: failureOf(verdict, log),
    usage: status.usage,
    imageDigest: status.imageDigest,
    outputs: verdict.state === 'CANCELLED' ? [] : outputs,
    log: log?.stored ?? null,
  }
}

function failureOf(verdict: Verdict, log: CollectedLog | null): Failure | null {
  if (verdict.state !== 'FAILED') return null
  return log === null || log.tail === ''
    ? verdict.failure
    : { ...verdict.failure, logTail: log.tail }
}

/** The job goes back to the queue; the next attempt begins after a pause. */
async function recordRetry(
  { app, job }: JobContext,
  tx: Transaction,
  attempt: Attempt,
  ending: Ending,
): Promise<void> {
  const end = attemptEnd(ending)
  await tx.attempts.update({ jobId: job.id, number: attempt.number }, end)
  const current = await tx.jobs.get({ id: job.id })
  if (current === undefined || isFinalJob(current)) return
  const wait = backoffMs(attempt.number + 2, 60_000, app.random())
  const message = end.failure?.message ?? 'The attempt failed.'
  const stateReason = reason(app, 'retry-backoff', message, new Date(app.now().getTime() + wait))
  const patch = { state: 'QUEUED', stateReason, stateSince: app.now(), stopFailure: null } as const
  await changeJob(app, tx, current, patch)
}

/** The manifest is written and signed, then the end is recorded in one step. */
async function conclude(context: JobContext, attempt: Attempt, ending: Ending): Promise<void> {
  const { app, pass, job } = context
  const end = attemptEnd(ending)
  const usage = await billedUsage(context, attempt, ending)
  const jobEnd = {
    state: ending.verdict.state,
    stateReason: null,
    endedAt: ending.status.endedAt,
    startedAt: job.startedAt ?? ending.status.startedAt,
    exitCode: ending.status.exitCode,
    failure: end.failure ?? null,
    usage,
  }
  const report = ending.verdict.state === 'CANCELLED' ? null : ending.report
  await publishManifest(context, { ...job, ...jobEnd }, { ...attempt, ...end }, report)
  await pass.record(async (tx) => {
    await tx.attempts.update({ jobId: job.id, number: attempt.number }, end)
    const current = await tx.jobs.get({ id: job.id })
    if (current === undefined || isFinalJob(current)) return
    await changeJob(app, tx, current, { ...jobEnd, sealedParameters: null })
  })
  app.metrics.count('jobs_ended_total', { state: jobEnd.state, code: jobEnd.failure?.code ?? '' })
}

/** Attempts that failed by the system are not billed. */
async function billedUsage(
  { app, job }: JobContext,
  attempt: Attempt,
  { status, verdict }: Ending,
): Promise<Usage> {
  const earlier = await app.database.read.attempts.list({ where: { jobId: job.id } })
  const billed = earlier
    .filter(({ number, failure: found }) => number !== attempt.number && found?.class !== 'system')
    .map((one) => one.usage)
  const bySystem = verdict.state === 'FAILED' && verdict.failure.class === 'system'
  const all = bySystem ? billed : [...billed, status.usage]
  const cpuKnown = all.every(({ cpuSeconds }) => cpuSeconds !== null)
  const sum = (pick: (usage: Usage) => number) => all.reduce((total, one) => total + pick(one), 0)
  return {
    wallSeconds: sum(({ wallSeconds }) => wallSeconds),
    cpuSeconds: cpuKnown ? sum(({ cpuSeconds }) => cpuSeconds ?? 0) : null,
    gpuSeconds: sum(({ gpuSeconds }) => gpuSeconds),
  }
}

/** Jobs that wait for a place look again; none does when all that were under way had one. */
async function wakeQueued({ app, job, version }: JobContext): Promise<void> {
  const { workspaceId, serviceId } = job
  const { read } = app.database
  const underWay = await read.jobs.count({ workspaceId, serviceId, state: { in: underWayStates } })
  if (underWay < version.content.limits.concurrentJobs) return
  const queued = await read.jobs.list({ where: { workspaceId, serviceId, state: 'QUEUED' } })
  const waiting = queued.filter(
    ({ id, stateReason }) => id !== job.id && stateReason?.code === 'concurrency-limit',
  )
  await app.database.transaction(async (tx) => {
    for (const { id } of waiting) await tx.work.schedule('job', id, app.now())
  })
}
