import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { redeliver } from '../../../application/telling/redeliver.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const redeliverHandler =
  (app: Application): ConsumerHandler<'redeliver'> =>
  async ({ principal, path }) => {
    requireLive(principal)
    const { subscriptionId, deliveryId } = path
    const body = await redeliver(app, principal.workspace.id, subscriptionId, deliveryId)
    return { status: 202, body }
  }
