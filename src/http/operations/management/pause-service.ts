import type { Application } from '../../../application/application.ts'
import { pauseService } from '../../../application/services/pause-service.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const pauseServiceHandler =
  (app: Application): ManagementHandler<'pauseService'> =>
  async ({ path }) => {
    const view = await pauseService(app, path.serviceId)
    return { status: 200, body: serviceRepresentation(view) }
  }
