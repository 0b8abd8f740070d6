import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { jobRepresentation } from '../../../application/representations/job.ts'
import { submitJob } from '../../../application/jobs/submit-job.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const submitJobHandler =
  (app: Application): ConsumerHandler<'submitJob'> =>
  async ({ principal, body, headers, signal }) => {
    requireLive(principal)
    const job = await submitJob(app, principal.workspace, body, headers['idempotency-key'], signal)
    return {
      status: 201,
      headers: { location: `/v1/jobs/${job.id}` },
      body: jobRepresentation(job, []),
    }
  }
