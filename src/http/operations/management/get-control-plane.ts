import type { Application } from '../../../application/application.ts'
import { showControlPlane } from '../../../application/control-planes/list-control-planes.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const getControlPlaneHandler =
  (app: Application): ManagementHandler<'getControlPlane'> =>
  async ({ path }) => ({ status: 200, body: await showControlPlane(app, path.controlPlaneId) })
