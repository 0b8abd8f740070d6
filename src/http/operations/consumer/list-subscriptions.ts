import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { listSubscriptions } from '../../../application/telling/list-subscriptions.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const listSubscriptionsHandler =
  (app: Application): ConsumerHandler<'listSubscriptions'> =>
  async ({ principal, query }) => {
    requireLive(principal)
    const { limit, cursor, state: states } = query
    const page = await listSubscriptions(app, principal.workspace.id, { limit, cursor, states })
    return { status: 200, body: page }
  }
