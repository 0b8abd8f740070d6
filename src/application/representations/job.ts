import type { Attempt, Job } from '../../domain/job.ts'
import { isoOrNull } from './workspace.ts'

/** A job as its events show it: without parameters and attempts. */
export function jobSummary(job: Job) {
  return {
    id: job.id,
    serviceId: job.serviceId,
    version: job.version,
    labels: job.labels,
    state: job.state,
    stateReason: job.stateReason,
    inputs: Object.fromEntries(
      Object.entries(job.bindings).map(([name, input]) => {
        const pinned = job.pins?.[name]
        return [name, { input, bytes: pinned?.bytes ?? null, sha256: pinned?.sha256 ?? null }]
      }),
    ),
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    createdAt: job.createdAt.toISOString(),
    startedAt: isoOrNull(job.startedAt),
    endedAt: isoOrNull(job.endedAt),
    cancelRequestedAt: isoOrNull(job.cancelRequestedAt),
    exitCode: job.exitCode,
    failure: job.failure,
    usage: job.usage,
  }
}

/** A job as its GET shows it. */
export function jobRepresentation(job: Job, attempts: readonly Attempt[]) {
  return {
    ...jobSummary(job),
    parameters: job.parameters,
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      state: attempt.state,
      startedAt: isoOrNull(attempt.startedAt),
      endedAt: isoOrNull(attempt.endedAt),
      exitCode: attempt.exitCode,
      failure: attempt.failure,
      usage: attempt.usage,
    })),
  }
}
