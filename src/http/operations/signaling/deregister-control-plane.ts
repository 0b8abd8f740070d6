import type { Application } from '../../../application/application.ts'
import { deregisterControlPlane } from '../../../application/control-planes/register-control-plane.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const deregisterControlPlaneHandler =
  (app: Application): SignalingHandler<'deregisterControlPlane'> =>
  async ({ principal, path }) => {
    await deregisterControlPlane(app, principal, path.id)
    return { status: 204 }
  }
