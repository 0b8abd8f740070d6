import type { Application } from '../../../application/application.ts'
import { testControlPlane } from '../../../application/control-planes/test-control-plane.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const testControlPlaneHandler =
  (app: Application): ManagementHandler<'testControlPlane'> =>
  async ({ path, signal }) => {
    const checks = await testControlPlane(app, path.controlPlaneId, signal)
    return { status: 200, body: { ok: checks.every(({ ok }) => ok), checks: [...checks] } }
  }
