import type { Application } from '../../../application/application.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import { deleteService } from '../../../application/services/retire-service.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const deleteServiceHandler =
  (app: Application): ManagementHandler<'deleteService'> =>
  async ({ path }) => {
    const retired = await app.database.transaction((tx) => deleteService(app, tx, path.serviceId))
    return retired === null
      ? { status: 204 }
      : { status: 200, body: serviceRepresentation(retired) }
  }
