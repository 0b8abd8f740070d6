import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { testSubscription } from '../../../application/telling/test-subscription.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const testSubscriptionHandler =
  (app: Application): ConsumerHandler<'testSubscription'> =>
  async ({ principal, path }) => {
    requireLive(principal)
    const body = await testSubscription(app, principal.workspace.id, path.subscriptionId)
    return { status: 202, body }
  }
