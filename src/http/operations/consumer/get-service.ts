import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { showAllowedService } from '../../../application/services/list-services.ts'
import { offeredService } from '../../../application/representations/service.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getServiceHandler =
  (app: Application): ConsumerHandler<'getService'> =>
  async ({ principal, path, query }) => {
    requireLive(principal)
    const view = await showAllowedService(app, principal.workspace, path.serviceId, query.version)
    return { status: 200, body: offeredService(view) }
  }
