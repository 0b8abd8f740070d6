import type { Application } from '../../../application/application.ts'
import { resumeService } from '../../../application/services/pause-service.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const resumeServiceHandler =
  (app: Application): ManagementHandler<'resumeService'> =>
  async ({ path }) => {
    const view = await resumeService(app, path.serviceId)
    return { status: 200, body: serviceRepresentation(view) }
  }
