import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { createSubscription } from '../../../application/telling/create-subscription.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const createSubscriptionHandler =
  (app: Application): ConsumerHandler<'createSubscription'> =>
  async ({ principal, body, headers }) => {
    requireLive(principal)
    const key = headers['idempotency-key']
    const made = await createSubscription(app, principal.workspace.id, body, key)
    return { status: 201, headers: { location: `/v1/subscriptions/${made.id}` }, body: made }
  }
