import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { listJobs } from '../../../application/jobs/list-jobs.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const listJobsHandler =
  (app: Application): ConsumerHandler<'listJobs'> =>
  async ({ principal, query }) => {
    requireReadable(principal)
    return {
      status: 200,
      body: await listJobs(app, { ...query, workspaceId: principal.workspace.id }),
    }
  }
