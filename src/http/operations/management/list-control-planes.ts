import type { Application } from '../../../application/application.ts'
import { listControlPlanes } from '../../../application/control-planes/list-control-planes.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listControlPlanesHandler =
  (app: Application): ManagementHandler<'listControlPlanes'> =>
  async ({ query }) => ({ status: 200, body: await listControlPlanes(app, query) })
