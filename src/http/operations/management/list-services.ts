import type { Application } from '../../../application/application.ts'
import { listServices } from '../../../application/services/list-services.ts'
import { serviceRepresentation } from '../../../application/representations/service.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listServicesHandler =
  (app: Application): ManagementHandler<'listServices'> =>
  async ({ query }) => {
    const { items, next } = await listServices(app, query.state, query)
    return { status: 200, body: { items: items.map(serviceRepresentation), next } }
  }
