import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { listAllowedServices } from '../../../application/services/list-services.ts'
import { offeredService } from '../../../application/representations/service.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const listServicesHandler =
  (app: Application): ConsumerHandler<'listServices'> =>
  async ({ principal, query }) => {
    requireLive(principal)
    const { items, next } = await listAllowedServices(app, principal.workspace, query)
    return { status: 200, body: { items: items.map(offeredService), next } }
  }
