import type { Application } from '../../../application/application.ts'
import { operatedTransfer } from '../../../application/representations/transfer.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const getTransferHandler =
  (app: Application): ManagementHandler<'getTransfer'> =>
  async ({ path }) => {
    const transfer = await app.database.read.transfers.get({ id: path.transferId })
    if (transfer === undefined) throw new ProblemError('not-found', 'There is no such transfer.')
    return { status: 200, body: operatedTransfer(transfer) }
  }
