import type { Application } from '../../../application/application.ts'
import { registerControlPlane } from '../../../application/control-planes/register-control-plane.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const registerControlPlaneHandler =
  (app: Application): SignalingHandler<'registerControlPlane'> =>
  async ({ principal, body }) => {
    await registerControlPlane(app, principal, body.controlplaneId, body.endpoint)
    return { status: 200 }
  }
