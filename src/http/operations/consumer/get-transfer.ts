import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { transferRepresentation } from '../../../application/representations/transfer.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getTransferHandler =
  (app: Application): ConsumerHandler<'getTransfer'> =>
  async ({ principal, path }) => {
    requireReadable(principal)
    const where = { id: path.transferId, workspaceId: principal.workspace.id }
    const transfer = await app.database.read.transfers.first(where)
    if (transfer === undefined) throw new ProblemError('not-found', 'There is no such transfer.')
    return { status: 200, body: transferRepresentation(app, transfer) }
  }
