import type { Application } from '../../../application/application.ts'
import { listTransfers } from '../../../application/operating/list-operated.ts'
import { operatedTransfer } from '../../../application/representations/transfer.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listTransfersHandler =
  (app: Application): ManagementHandler<'listTransfers'> =>
  async ({ query }) => {
    const { items, next } = await listTransfers(app, query)
    return { status: 200, body: { items: items.map(operatedTransfer), next } }
  }
