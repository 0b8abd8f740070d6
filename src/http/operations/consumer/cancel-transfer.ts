import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { transferRepresentation } from '../../../application/representations/transfer.ts'
import { cancelTransfer } from '../../../application/intake/request-transfer.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const cancelTransferHandler =
  (app: Application): ConsumerHandler<'cancelTransfer'> =>
  async ({ principal, path }) => {
    requireLive(principal)
    const transfer = await cancelTransfer(app, principal.workspace.id, path.transferId)
    return { status: 202, body: transferRepresentation(app, transfer) }
  }
