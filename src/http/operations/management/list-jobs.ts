import type { Application } from '../../../application/application.ts'
import { listJobs } from '../../../application/operating/list-operated.ts'
import { operatedJob } from '../../../application/jobs/operated-job.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listJobsHandler =
  (app: Application): ManagementHandler<'listJobs'> =>
  async ({ query }) => {
    const { items, next } = await listJobs(app, query)
    const shown = await Promise.all(items.map((job) => operatedJob(app, job)))
    return { status: 200, body: { items: shown, next } }
  }
