import { isFinalJob, type Job } from '../../domain/job.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'

/**
 * Asks a job to end; its reconciler does it with grace. One that has ended, or is asked already, stays as it is.
 * `workspaceId`: only a job of this workspace is found. Throws `not-found`.
 */
export function cancelJob(app: Application, id: string, workspaceId?: string): Promise<Job> {
  return app.database.transaction(async (tx) => {
    const job = await tx.jobs.get({ id })
    if (job === undefined || (workspaceId !== undefined && job.workspaceId !== workspaceId)) {
      throw new ProblemError('not-found', 'There is no such job.')
    }
    if (isFinalJob(job) || job.cancelRequestedAt !== null) return job
    const cancelRequestedAt = app.now()
    await tx.jobs.update({ id }, { cancelRequestedAt })
    await tx.work.schedule('job', id, cancelRequestedAt)
    return { ...job, cancelRequestedAt }
  })
}
