import type { Application } from '../../../application/application.ts'
import { connectControlPlane } from '../../../application/control-planes/connect-control-plane.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const connectControlPlaneHandler =
  (app: Application): ManagementHandler<'connectControlPlane'> =>
  async ({ path, signal }) => {
    const checks = await connectControlPlane(app, path.controlPlaneId, signal)
    const ok = checks.every(({ result }) => result !== 'fail')
    return { status: 200, body: { ok, checks: [...checks] } }
  }
