import { finalFlowStates } from '../../domain/data-flow.ts'
import { secondsFrom, type Application } from '../application.ts'

/**
 * Makes a look at every living flow due whose control plane has a management API, spread over the recheck time: at start,
 * and when control planes were changed.
 */
export async function ensureChecks(app: Application): Promise<void> {
  const asked = await app.database.read.controlPlanes.list({
    where: { managementUrl: { not: null } },
  })
  for (const { id: controlPlaneId } of asked) {
    await app.database.transaction(async (tx) => {
      const where = { controlPlaneId, state: { notIn: finalFlowStates } }
      for (const { id } of await tx.flows.list({ where })) {
        const wait = app.random() * app.settings.recheckSeconds
        await tx.work.schedule('check', id, secondsFrom(app.now(), wait))
      }
    })
  }
}
