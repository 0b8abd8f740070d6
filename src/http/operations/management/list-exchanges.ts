import type { Application } from '../../../application/application.ts'
import { listExchanges } from '../../../application/control-planes/list-exchanges.ts'
import { exchangeRepresentation } from '../../../application/representations/exchange.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listExchangesHandler =
  (app: Application): ManagementHandler<'listExchanges'> =>
  async ({ path, query }) => {
    const { items, next } = await listExchanges(app, path.controlPlaneId, query)
    return { status: 200, body: { items: items.map(exchangeRepresentation), next } }
  }
