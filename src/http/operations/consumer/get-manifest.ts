import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { readManifest } from '../../../application/jobs/read-job.ts'
import type { components } from '../../../generated/consumer.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getManifestHandler =
  (app: Application): ConsumerHandler<'getManifest'> =>
  async ({ principal, path, signal }) => {
    requireReadable(principal)
    const { text, signature } = await readManifest(app, principal.workspace, path.jobId, signal)
    const manifest = JSON.parse(text) as components['schemas']['Manifest']
    return { status: 200, body: { manifest, signature } }
  }
