import type { Application } from '../../../application/application.ts'
import { receiveProvisionRequest } from '../../../application/provisioning/receive-provision-request.ts'
import { provisionMessage } from '../../provisioner-messages.ts'
import type { ProvisionerHandler } from '../../provisioner-api.ts'

export const provisionHandler =
  (app: Application): ProvisionerHandler<'provision'> =>
  async ({ principal, body }) => {
    const message = provisionMessage(body)
    if (message !== null) await receiveProvisionRequest(app, principal, message)
    return { status: 200 }
  }
