import type { Application } from '../../../application/application.ts'
import { deleteControlPlane } from '../../../application/control-planes/delete-control-plane.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const deleteControlPlaneHandler =
  (app: Application): ManagementHandler<'deleteControlPlane'> =>
  async ({ path }) => {
    await deleteControlPlane(app, path.controlPlaneId)
    app.controlPlanesChanged()
    return { status: 204 }
  }
