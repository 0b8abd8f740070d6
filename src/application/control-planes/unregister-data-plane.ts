import { bounds } from '../../domain/bounds.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { decideRegistration, shownUrl } from '../../domain/data-plane-registration.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { forgetRegistration, formerAddresses, ownDataPlane } from './own-data-plane.ts'
import { hasLivingFlows, readControlPlane } from './save-control-plane.ts'

/**
 * Takes back our entry at a control plane. It stays away until the control plane is changed or the service starts again.
 * Refused while data flows live: the connector would end its own side, and tell nobody. Throws `not-found`,
 * `state-conflict`, and `connector-unavailable` when the connector does not do it.
 */
export async function unregisterDataPlane(
  app: Application,
  id: string,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const controlPlane = await app.database.transaction(async (tx) => {
    const found = await readControlPlane(tx, id)
    if (await hasLivingFlows(tx, id)) {
      throw new ProblemError('state-conflict', `${id} has living data flows.`, {
        nextStep: `GET /v1/flows?controlPlaneId=${id} lists them; close their workspaces first.`,
      })
    }
    await tx.work.remove('registration', id)
    return found
  })
  await takeBack(app, controlPlane, signal)
  return app.database.transaction(async (tx) => {
    await forgetRegistration(tx, id)
    const patch = { registeredAt: null, registrationProblem: null }
    await tx.controlPlanes.update({ id }, patch)
    return { ...controlPlane, ...patch }
  })
}

async function takeBack(
  app: Application,
  controlPlane: ControlPlane,
  signal: AbortSignal,
): Promise<void> {
  const wish = await ownDataPlane(app, controlPlane)
  if (wish === undefined) return
  const isFormer = await formerAddresses(app, controlPlane.id)
  const entries = await app.registry.list(controlPlane, signal)
  if (entries.kind === 'failed') throw unavailable(entries.detail)
  const decision = decideRegistration(entries.value, wish, isFormer)
  if (decision.kind === 'foreign') {
    const shown = shownUrl(decision.url)
    throw new ProblemError(
      'state-conflict',
      `The entry ${wish.id} has the address ${shown}, which is not ours.`,
      { nextStep: 'Remove it at the connector, or find out whose it is.' },
    )
  }
  if (!entries.value.some(({ id }) => id === wish.id)) return
  const removed = await app.registry.remove(controlPlane, wish.id, signal)
  if (removed.kind === 'failed') throw unavailable(removed.detail)
}

const unavailable = (detail: string) =>
  new ProblemError('connector-unavailable', `The entry could not be taken back: ${detail}.`)

/** Before a control plane goes: its connector forgets us, if it can be reached now. Living data flows keep it. */
export async function sayFarewell(app: Application, controlPlane: ControlPlane): Promise<void> {
  const { id, register, registeredAt } = controlPlane
  if (!register || registeredAt === null) return
  const limit = AbortSignal.timeout(bounds.registration.farewellMs)
  try {
    await unregisterDataPlane(app, id, limit)
  } catch (error) {
    const why = error instanceof ProblemError ? error.detail : 'no answer in time'
    app.log.warn({ controlPlane: id, why }, 'our entry stays at the connector')
  }
}
