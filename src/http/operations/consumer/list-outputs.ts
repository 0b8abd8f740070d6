import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { readOutputs } from '../../../application/jobs/read-job.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { pageOf } from '../../page-of.ts'

export const listOutputsHandler =
  (app: Application): ConsumerHandler<'listOutputs'> =>
  async ({ principal, path, query }) => {
    requireReadable(principal)
    const outputs = await readOutputs(app, principal.workspace.id, path.jobId)
    const page = pageOf(outputs, ({ key }) => key, query)
    const items = page.items.map(({ name, path: below, bytes, sha256 }) => ({
      name,
      path: below,
      bytes,
      sha256,
    }))
    return { status: 200, body: { items, next: page.next } }
  }
