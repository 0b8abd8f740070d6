import type { Application } from '../../../application/application.ts'
import { showControlPlane } from '../../../application/control-planes/list-control-planes.ts'
import { unregisterDataPlane } from '../../../application/control-planes/unregister-data-plane.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const unregisterDataPlaneHandler =
  (app: Application): ManagementHandler<'unregisterDataPlane'> =>
  async ({ path, signal }) => {
    const { id } = await unregisterDataPlane(app, path.controlPlaneId, signal)
    return { status: 200, body: await showControlPlane(app, id) }
  }
