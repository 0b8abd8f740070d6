import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { rotateSubscriptionSecret } from '../../../application/telling/rotate-subscription-secret.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const rotateSubscriptionSecretHandler =
  (app: Application): ConsumerHandler<'rotateSubscriptionSecret'> =>
  async ({ principal, path }) => {
    requireLive(principal)
    const body = await rotateSubscriptionSecret(app, principal.workspace.id, path.subscriptionId)
    return { status: 200, body }
  }
