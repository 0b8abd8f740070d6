import type { ControlPlane } from '../../domain/control-plane.ts'
import { dataPlaneWish, type DataPlaneWish } from '../../domain/data-plane-registration.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

/** Ourselves, as this control plane is to list us. Undefined when its protocol has no data planes. */
export async function ownDataPlane(
  app: Application,
  { id, protocol, inbound }: ControlPlane,
): Promise<DataPlaneWish | undefined> {
  const place = { table: 'control_planes', id, column: 'inbound' }
  const pathSecret =
    inbound.type === 'path-secret' ? await app.secrets.open(place, inbound.sealedSecret) : null
  const { installationId, connectorUrl } = app.settings
  return dataPlaneWish(protocol, { installationId, connectorUrl, pathSecret })
}

/** Makes the registration at a control plane due, when it wants one. */
export async function scheduleRegistration(
  app: Application,
  tx: Transaction,
  { id, register }: ControlPlane,
): Promise<void> {
  if (register) await tx.work.schedule('registration', id, app.now())
}

/** Makes every registration due, at start: our own address may be another one than before. */
export async function ensureRegistrations(app: Application): Promise<void> {
  await app.database.transaction(async (tx) => {
    for (const one of await tx.controlPlanes.list({})) await scheduleRegistration(app, tx, one)
  })
}

/** Addresses that we registered at a control plane, as digests, because they contain its secret: the newest first. */
const rememberedAs = (controlPlaneId: string) => `registered-at:${controlPlaneId}`

/** Knows the addresses that we registered there ourselves: one of them may be replaced. */
export async function formerAddresses(
  app: Application,
  controlPlaneId: string,
): Promise<(url: string) => boolean> {
  const { settings } = app.database.read
  const digests = (await settings.get({ name: rememberedAs(controlPlaneId) }))?.value.split(' ')
  return (url) => digests?.includes(app.sha256Hex(url)) ?? false
}

/** Notes an address before it is registered; the one before stays known until the new one is confirmed. */
export async function noteAddress(
  app: Application,
  tx: Transaction,
  controlPlaneId: string,
  url: string,
): Promise<void> {
  const name = rememberedAs(controlPlaneId)
  const digest = app.sha256Hex(url)
  const before = (await tx.settings.get({ name }))?.value.split(' ') ?? []
  const value = [digest, ...before.filter((one) => one !== digest)].slice(0, 2).join(' ')
  if (!(await tx.settings.insertIfAbsent({ name, value }))) {
    await tx.settings.update({ name }, { value })
  }
}

/** Nothing is registered there any more, and nothing will be until somebody asks for it. */
export async function forgetRegistration(tx: Transaction, controlPlaneId: string): Promise<void> {
  await tx.settings.delete({ name: rememberedAs(controlPlaneId) })
  await tx.work.remove('registration', controlPlaneId)
}
