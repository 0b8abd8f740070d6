import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { readJob } from '../../../application/jobs/read-job.ts'
import { jobRepresentation } from '../../../application/representations/job.ts'
import { cancelJob } from '../../../application/jobs/submit-job.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const cancelJobHandler =
  (app: Application): ConsumerHandler<'cancelJob'> =>
  async ({ principal, path }) => {
    requireLive(principal)
    await cancelJob(app, principal.workspace.id, path.jobId)
    const { job, attempts } = await readJob(app, principal.workspace.id, path.jobId)
    return { status: 202, body: jobRepresentation(job, attempts) }
  }
