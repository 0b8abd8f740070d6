import type { Job } from '../../domain/job.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { jobRepresentation } from '../representations/job.ts'

/** A job of any workspace. Throws `not-found`. */
export async function readAnyJob(app: Application, id: string): Promise<Job> {
  const job = await app.database.read.jobs.get({ id })
  if (job === undefined) throw new ProblemError('not-found', 'There is no such job.')
  return job
}

/** A job as operators see it: also whose it is. */
export async function operatedJob(app: Application, job: Job) {
  const where = { jobId: job.id }
  const attempts = await app.database.read.attempts.list({ where, orderBy: 'number' })
  return { ...jobRepresentation(job, attempts), workspaceId: job.workspaceId }
}
