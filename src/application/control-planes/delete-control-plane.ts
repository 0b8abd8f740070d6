import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { refuseManagedByFile } from '../services/save-service.ts'
import { forgetRegistration } from './own-data-plane.ts'
import { hasLivingFlows, readControlPlane } from './save-control-plane.ts'
import { sayFarewell } from './unregister-data-plane.ts'

/**
 * Removes a control plane, after our entry there when the connector can be reached. Throws `not-found`, `managed-by-file`,
 * and `state-conflict` while it has living data flows.
 */
export async function deleteControlPlane(app: Application, id: string): Promise<void> {
  const controlPlane = await readControlPlane(app.database.read, id)
  if (controlPlane.managedBy === 'api') await sayFarewell(app, controlPlane)
  await app.database.transaction(async (tx) => {
    refuseManagedByFile(await readControlPlane(tx, id))
    if (await hasLivingFlows(tx, id)) {
      throw new ProblemError('state-conflict', `${id} has living data flows.`, {
        nextStep: `GET /v1/flows?controlPlaneId=${id} lists them; close their workspaces first.`,
      })
    }
    await tx.controlPlanes.delete({ id })
    await forgetRegistration(tx, id)
  })
}
