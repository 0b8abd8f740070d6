import type { Application } from '../../../application/application.ts'
import type { ConnectorPlace } from '../../../application/control-planes/control-plane-rules.ts'
import { showControlPlane } from '../../../application/control-planes/list-control-planes.ts'
import { replaceControlPlane } from '../../../application/control-planes/save-control-plane.ts'
import { parseControlPlane } from '../../../domain/control-plane-definition.ts'
import type { ManagementHandler } from '../../management-api.ts'
import { requireSameId } from './require-same-id.ts'

export const replaceControlPlaneHandler =
  (app: Application, place: ConnectorPlace): ManagementHandler<'replaceControlPlane'> =>
  async ({ path, body }) => {
    requireSameId(path.controlPlaneId, body.id)
    const { id } = await replaceControlPlane(app, parseControlPlane(body), place)
    app.controlPlanesChanged()
    return { status: 200, body: await showControlPlane(app, id) }
  }
