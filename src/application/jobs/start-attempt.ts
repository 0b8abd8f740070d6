import { noUsage, type Attempt, type Job } from '../../domain/job.ts'
import type { StateReasonCode } from '../../domain/workspace.ts'
import { secondsFrom } from '../application.ts'
import { issueAgentCredentials, sessionSeconds } from '../access/issue-agent-credentials.ts'
import { jobVariables } from './job-variables.ts'
import { readEnvironments } from './read-environments.ts'
import type { AttemptSpec } from '../ports/compute-backend.ts'
import type { Transaction } from '../ports/database.ts'
import type { JobContext } from './job-context.ts'

export type Started =
  | { readonly kind: 'started' }
  | { readonly kind: 'waits'; readonly code: StateReasonCode; readonly message: string }

/** States of jobs that have a place or wait for one. */
export const underWayStates = ['QUEUED', 'STAGING', 'RUNNING', 'COLLECTING'] as const

/** The intent to run the next attempt, when the service is not paused and a place is free. */
export async function startAttempt({
  pass,
  job,
  workspace,
  version,
}: JobContext): Promise<Started> {
  return pass.record(async (tx) => {
    const service = await tx.services.get({ id: job.serviceId })
    if (service?.paused === true) {
      return {
        kind: 'waits',
        code: 'service-paused',
        message: 'The operator has paused the service.',
      }
    }
    const { concurrentJobs } = version.content.limits
    if (!(await hasPlace(tx, job, concurrentJobs))) {
      const message = `${concurrentJobs} jobs of this service run in the workspace already.`
      return { kind: 'waits', code: 'concurrency-limit', message }
    }
    const number = job.attempt + 1
    await tx.attempts.insert(newAttempt(job, number, workspace.id))
    await tx.jobs.update({ id: job.id }, { attempt: number, stateReason: null })
    return { kind: 'started' }
  })
}

/** Where all that are on their way fit, nobody waits, and their number is enough. */
async function hasPlace(tx: Transaction, job: Job, places: number): Promise<boolean> {
  const { workspaceId, serviceId } = job
  const underWay = await tx.jobs.count({ workspaceId, serviceId, state: { in: underWayStates } })
  return underWay <= places || (await placesTaken(tx, job)) < places
}

/** Jobs of the same service in the same workspace that run, or have waited longer for a place. */
async function placesTaken(tx: Transaction, job: Job): Promise<number> {
  const { workspaceId, serviceId } = job
  const running = await tx.attempts.list({ where: { workspaceId, endedAt: null } })
  const jobs = await tx.jobs.list({
    where: { workspaceId, serviceId, state: { in: underWayStates } },
  })
  const active = new Set(running.map(({ jobId }) => jobId))
  const before = jobs.filter(
    ({ id, stateReason }) =>
      active.has(id) || (id < job.id && stateReason?.code === 'concurrency-limit'),
  )
  return before.length
}

function newAttempt(job: Job, number: number, workspaceId: string): Attempt {
  return {
    jobId: job.id,
    number,
    workspaceId,
    state: 'QUEUED',
    startedAt: null,
    endedAt: null,
    exitCode: null,
    failure: null,
    usage: noUsage,
    imageDigest: null,
    credentialsUntil: null,
    outputs: [],
    log: null,
    removed: false,
  }
}

/** Makes the attempt exist on the backend, with a fresh session for its agent. */
export async function ensureAttempt(context: JobContext): Promise<void> {
  const { app, pass, job, workspace, version } = context
  const credentials = await issueAgentCredentials(app, pass, workspace, job)
  const spec: AttemptSpec = {
    jobId: job.id,
    attempt: job.attempt,
    workspaceId: workspace.id,
    serviceId: job.serviceId,
    version: job.version,
    service: version.content,
    inputs: job.pins ?? {},
    variables: await jobVariables(app, job),
    environments: (signal) => readEnvironments(context, signal),
    bucket: workspace.bucket,
    credentials,
  }
  await app.compute.ensure(spec, pass.signal)
  const patch = { credentialsUntil: credentials.expiresAt }
  await pass.record((tx) => tx.attempts.update({ jobId: job.id, number: job.attempt }, patch))
}

/**
 * Gives an agent a fresh session once half of the present one's life is over, or when it is not known which one it has.
 * Returns when the next is due.
 */
export async function renewAgentCredentials(
  context: JobContext,
  attempt: Attempt,
): Promise<Date | null> {
  const { app, pass, job, workspace } = context
  if (workspace.state === 'CLOSING') return null
  const halfSeconds = sessionSeconds(app, workspace, app.settings.sessionSeconds) / 2
  if (attempt.credentialsUntil !== null) {
    const due = secondsFrom(attempt.credentialsUntil, -halfSeconds)
    if (due > app.now()) return due
  }
  const credentials = await issueAgentCredentials(app, pass, workspace, job)
  await app.compute.refreshCredentials(
    { jobId: job.id, attempt: job.attempt },
    credentials,
    pass.signal,
  )
  const patch = { credentialsUntil: credentials.expiresAt }
  await pass.record((tx) => tx.attempts.update({ jobId: job.id, number: job.attempt }, patch))
  return secondsFrom(app.now(), halfSeconds)
}
