import type { Application } from '../../../application/application.ts'
import { listServiceVersions } from '../../../application/services/list-services.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listServiceVersionsHandler =
  (app: Application): ManagementHandler<'listServiceVersions'> =>
  async ({ path, query }) => {
    const { items, next } = await listServiceVersions(app, path.serviceId, query)
    return { status: 200, body: { items: items.map(serviceRepresentation), next } }
  }
