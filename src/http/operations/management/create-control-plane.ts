import type { Application } from '../../../application/application.ts'
import type { ConnectorPlace } from '../../../application/control-planes/control-plane-rules.ts'
import { once } from '../../../application/idempotent.ts'
import { showControlPlane } from '../../../application/control-planes/list-control-planes.ts'
import {
  controlPlaneOf,
  createControlPlane,
} from '../../../application/control-planes/save-control-plane.ts'
import { parseControlPlane } from '../../../domain/control-plane-definition.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const createControlPlaneHandler =
  (app: Application, place: ConnectorPlace): ManagementHandler<'createControlPlane'> =>
  async ({ body, headers }) => {
    const controlPlane = await controlPlaneOf(app, parseControlPlane(body), undefined, 'api')
    const { id } = await app.database.transaction((tx) => {
      const key = headers['idempotency-key']
      const request = { scope: 'management', key, operation: 'createControlPlane', body }
      return once(app, tx, request, async () => {
        return (await createControlPlane(app, tx, controlPlane, place)).id
      })
    })
    app.controlPlanesChanged()
    const location = `/v1/control-planes/${id}`
    return { status: 201, headers: { location }, body: await showControlPlane(app, id) }
  }
