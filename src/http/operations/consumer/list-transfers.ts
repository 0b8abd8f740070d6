import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { createdBetween, listPage } from '../../../application/page.ts'
import { transferRepresentation } from '../../../application/representations/transfer.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const listTransfersHandler =
  (app: Application): ConsumerHandler<'listTransfers'> =>
  async ({ principal, query }) => {
    requireReadable(principal)
    const page = await listPage(app.database.read.transfers, {
      where: {
        workspaceId: principal.workspace.id,
        ...createdBetween(query.createdAfter, query.createdBefore),
        ...(query.state === undefined ? {} : { state: { in: query.state } }),
        ...(query.input === undefined ? {} : { input: query.input }),
      },
      limit: query.limit,
      cursor: query.cursor,
    })
    const items = page.items.map((transfer) => transferRepresentation(app, transfer))
    return { status: 200, body: { items, next: page.next } }
  }
