import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { updateSubscription } from '../../../application/telling/update-subscription.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const updateSubscriptionHandler =
  (app: Application): ConsumerHandler<'updateSubscription'> =>
  async ({ principal, path, body }) => {
    requireLive(principal)
    const { id } = principal.workspace
    return { status: 200, body: await updateSubscription(app, id, path.subscriptionId, body) }
  }
