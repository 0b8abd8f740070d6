import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { getSubscription } from '../../../application/telling/list-subscriptions.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getSubscriptionHandler =
  (app: Application): ConsumerHandler<'getSubscription'> =>
  async ({ principal, path }) => {
    requireLive(principal)
    const body = await getSubscription(app, principal.workspace.id, path.subscriptionId)
    return { status: 200, body }
  }
