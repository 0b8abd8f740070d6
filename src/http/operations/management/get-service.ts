import type { Application } from '../../../application/application.ts'
import { showService } from '../../../application/services/list-services.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const getServiceHandler =
  (app: Application): ManagementHandler<'getService'> =>
  async ({ path, query }) => {
    const view = await showService(app, path.serviceId, query.version)
    return { status: 200, body: serviceRepresentation(view) }
  }
