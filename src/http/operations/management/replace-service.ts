import type { Application } from '../../../application/application.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import { replaceService } from '../../../application/services/save-service.ts'
import { parseServiceContent } from '../../../domain/compute-service-content.ts'
import type { ManagementHandler } from '../../management-api.ts'
import { requireSameId } from './require-same-id.ts'

export const replaceServiceHandler =
  (app: Application): ManagementHandler<'replaceService'> =>
  async ({ path, body }) => {
    requireSameId(path.serviceId, body.id)
    const definition = parseServiceContent(body)
    const view = await app.database.transaction((tx) => replaceService(app, tx, definition, 'api'))
    return { status: 200, body: serviceRepresentation(view) }
  }
