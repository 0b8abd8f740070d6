import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { deleteSubscription } from '../../../application/telling/delete-subscription.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const deleteSubscriptionHandler =
  (app: Application): ConsumerHandler<'deleteSubscription'> =>
  async ({ principal, path }) => {
    requireLive(principal)
    await deleteSubscription(app, principal.workspace.id, path.subscriptionId)
    return { status: 204 }
  }
