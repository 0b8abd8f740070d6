import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { recoverSubscription } from '../../../application/telling/recover-subscription.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const recoverSubscriptionHandler =
  (app: Application): ConsumerHandler<'recoverSubscription'> =>
  async ({ principal, path, body: { after } }) => {
    requireLive(principal)
    const { id } = principal.workspace
    const body = await recoverSubscription(app, id, path.subscriptionId, after)
    return { status: 202, body }
  }
