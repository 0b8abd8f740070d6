import { bounds } from '../../domain/bounds.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import {
  decideRegistration,
  registrationFacts,
  shownUrl,
  type DataPlaneEntry,
  type DataPlaneWish,
} from '../../domain/data-plane-registration.ts'
import { secondsFrom, type Application } from '../application.ts'
import { againAt, done, type Outcome, type Pass, type Reconciler } from '../reconciler.ts'
import { formerAddresses, noteAddress, ownDataPlane } from './own-data-plane.ts'

/**
 * Registers ourselves at each control plane that wants it, and looks again and again whether it still knows us: a connector
 * forgets when it is restarted. An entry that is right is left alone; one with somebody else's address is never taken over.
 */
export function registrationReconciler(app: Application): Reconciler {
  return {
    kind: 'registration',
    slots: bounds.registration.slots,
    parkAfter: null,
    maxBackoffMs: Math.min(bounds.registration.backoffMs, app.settings.recheckSeconds * 1000),
    run: async (pass) => {
      const controlPlane = await app.database.read.controlPlanes.get({ id: pass.id })
      if (controlPlane?.register !== true) return done
      const wish = await ownDataPlane(app, controlPlane)
      return wish === undefined ? done : reconcile(app, pass, controlPlane, wish)
    },
  }
}

async function reconcile(
  app: Application,
  pass: Pass,
  controlPlane: ControlPlane,
  wish: DataPlaneWish,
): Promise<Outcome> {
  const isFormer = await formerAddresses(app, controlPlane.id)
  const decide = async () =>
    decideRegistration(await listed(app, pass, controlPlane), wish, isFormer)
  const before = await decide()
  if (before.kind === 'foreign') return refuse(app, pass, wish, before.url)
  if (before.kind === 'register') {
    await pass.record((tx) => noteAddress(app, tx, controlPlane.id, wish.url))
    await pass.renew()
    const put = await app.registry.put(controlPlane, wish, pass.signal)
    if (put.kind === 'failed') throw await failing(pass, put.detail)
    await verify(app, pass, controlPlane, wish)
  }
  const patch = { registeredAt: app.now(), registrationProblem: null }
  await pass.record(async (tx) => {
    await noteAddress(app, tx, controlPlane.id, wish.url)
    await tx.controlPlanes.update({ id: controlPlane.id }, patch)
  })
  return againAt(secondsFrom(app.now(), app.settings.recheckSeconds))
}

/** A registration may be answered with success and yet not be what was asked for: the list is what counts. */
async function verify(
  app: Application,
  pass: Pass,
  controlPlane: ControlPlane,
  wish: DataPlaneWish,
): Promise<void> {
  const entries = await listed(app, pass, controlPlane)
  if (decideRegistration(entries, wish, () => false).kind === 'confirmed') return
  const wrong = registrationFacts(entries, wish).find(
    ({ ok, name }) => !ok && name !== 'availability',
  )
  throw await failing(pass, `the registration was taken, but ${wrong?.detail ?? 'is not listed'}`)
}

async function listed(
  app: Application,
  pass: Pass,
  controlPlane: ControlPlane,
): Promise<readonly DataPlaneEntry[]> {
  const answer = await app.registry.list(controlPlane, pass.signal)
  if (answer.kind === 'failed') throw await failing(pass, answer.detail)
  return answer.value
}

/** Notes why, for people. What is thrown makes the loop try again, ever later. */
async function failing(pass: Pass, detail: string): Promise<Error> {
  await pass.record((tx) =>
    tx.controlPlanes.update({ id: pass.id }, { registrationProblem: sentence(detail) }),
  )
  return new Error(`registration at ${pass.id}: ${detail}`)
}

/** Only a person can tell whose entry it is; looked at again, since that person may have removed it. */
async function refuse(
  app: Application,
  pass: Pass,
  { id }: DataPlaneWish,
  url: string,
): Promise<Outcome> {
  const registrationProblem =
    `The connector has an entry ${id} with the address ${shownUrl(url)}, which is not ours. ` +
    'It is not taken over: remove it at the connector, or find out whose it is.'
  await pass.record((tx) =>
    tx.controlPlanes.update({ id: pass.id }, { registrationProblem, registeredAt: null }),
  )
  return againAt(secondsFrom(app.now(), app.settings.recheckSeconds))
}

const sentence = (detail: string) => {
  const text = `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`
  return text.endsWith('.') ? text : `${text}.`
}
