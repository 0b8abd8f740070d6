import type { Application } from '../../../application/application.ts'
import { cancelJob } from '../../../application/jobs/cancel-job.ts'
import { operatedJob } from '../../../application/jobs/operated-job.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const cancelJobHandler =
  (app: Application): ManagementHandler<'cancelJob'> =>
  async ({ path }) => {
    const job = await cancelJob(app, path.jobId)
    return { status: 202, body: await operatedJob(app, job) }
  }
