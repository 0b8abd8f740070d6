import type { ComputeServiceVersion } from '../../domain/compute-service.ts'
import type { Job } from '../../domain/job.ts'
import type { StateReasonCode, Workspace } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Pass } from '../reconciler.ts'

/** What a pass over a job looks at. */
export interface JobContext {
  readonly app: Application
  readonly pass: Pass
  readonly job: Job
  readonly workspace: Workspace
  readonly version: ComputeServiceVersion
}

/** When a job without an attempt has waited too long: for inputs, or in the queue. */
export function deadlineOf(job: Job, { content }: ComputeServiceVersion): Date {
  const { inputSeconds, queueSeconds } = content.limits
  return secondsFrom(job.stateSince, job.state === 'QUEUED' ? queueSeconds : inputSeconds)
}

export function reason(
  app: Application,
  code: StateReasonCode,
  message: string,
  until: Date | null,
) {
  return { code, message, since: app.now().toISOString(), until: until?.toISOString() ?? null }
}
