import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { readJob } from '../../../application/jobs/read-job.ts'
import { jobRepresentation } from '../../../application/representations/job.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getJobHandler =
  (app: Application): ConsumerHandler<'getJob'> =>
  async ({ principal, path }) => {
    requireReadable(principal)
    const { job, attempts } = await readJob(app, principal.workspace.id, path.jobId)
    return { status: 200, body: jobRepresentation(job, attempts) }
  }
