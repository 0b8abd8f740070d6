import type { Application } from '../../../application/application.ts'
import { operatedDelivery, redeliverAny } from '../../../application/telling/operated-deliveries.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const redeliverHandler =
  (app: Application): ManagementHandler<'redeliver'> =>
  async ({ path }) => {
    const delivery = await redeliverAny(app, path.deliveryId)
    return { status: 202, body: await operatedDelivery(app, delivery) }
  }
