import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { listDeliveries } from '../../../application/telling/list-deliveries.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const listDeliveriesHandler =
  (app: Application): ConsumerHandler<'listDeliveries'> =>
  async ({ principal, path, query }) => {
    requireLive(principal)
    const { state: states, ...rest } = query
    const { id } = principal.workspace
    const body = await listDeliveries(app, id, path.subscriptionId, { ...rest, states })
    return { status: 200, body }
  }
