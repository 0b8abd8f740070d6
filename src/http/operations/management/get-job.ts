import type { Application } from '../../../application/application.ts'
import { operatedJob, readAnyJob } from '../../../application/jobs/operated-job.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const getJobHandler =
  (app: Application): ManagementHandler<'getJob'> =>
  async ({ path }) => {
    const job = await readAnyJob(app, path.jobId)
    return { status: 200, body: await operatedJob(app, job) }
  }
