import type { Application } from '../../../application/application.ts'
import { listAllDeliveries } from '../../../application/operating/list-operated.ts'
import { kindOfLane, operatedDeliveries } from '../../../application/telling/operated-deliveries.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listDeliveriesHandler =
  (app: Application): ManagementHandler<'listDeliveries'> =>
  async ({ query }) => {
    const kind = query.lane === undefined ? undefined : kindOfLane[query.lane]
    const { items, next } = await listAllDeliveries(app, { ...query, kind })
    return { status: 200, body: { items: await operatedDeliveries(app, items), next } }
  }
