import { setTimeout as delay } from 'node:timers/promises'
import { bounds } from '../../domain/bounds.ts'
import type { ConnectorCheck } from '../../domain/connector-check.ts'
import { mayRegister, type ControlPlane } from '../../domain/control-plane.ts'
import {
  decideRegistration,
  type DataPlaneEntry,
  type DataPlaneWish,
} from '../../domain/data-plane-registration.ts'
import type { Application } from '../application.ts'
import { lastMessageAt } from './last-message.ts'
import { formerAddresses, noteAddress } from './own-data-plane.ts'

interface Registered {
  readonly check: ConnectorCheck
  /** What the connector lists afterwards; undefined when it does not say. */
  readonly entries: readonly DataPlaneEntry[] | undefined
}

/** Registers ourselves where the connector does not list us as it should. What is right, or another's, is left alone. */
export async function registerNow(
  app: Application,
  controlPlane: ControlPlane,
  wish: DataPlaneWish,
  signal: AbortSignal,
): Promise<Registered> {
  const listed = await app.registry.list(controlPlane, signal)
  if (listed.kind === 'failed')
    return { check: failed(controlPlane, listed.detail), entries: undefined }
  const isFormer = await formerAddresses(app, controlPlane.id)
  switch (decideRegistration(listed.value, wish, isFormer).kind) {
    case 'foreign': {
      const check = failed(
        controlPlane,
        'nothing was registered: our id stands there with another address',
      )
      return { check, entries: listed.value }
    }
    case 'confirmed':
      await noteConfirmed(app, controlPlane, wish)
      return {
        check: done(controlPlane, 'the connector lists us already'),
        entries: listed.value,
      }
    case 'register':
      return mayRegister(controlPlane)
        ? put(app, controlPlane, wish, signal)
        : { check: leftToOperator, entries: listed.value }
  }
}

async function put(
  app: Application,
  controlPlane: ControlPlane,
  wish: DataPlaneWish,
  signal: AbortSignal,
): Promise<Registered> {
  await app.database.transaction((tx) => noteAddress(app, tx, controlPlane.id, wish.url))
  const taken = await app.registry.put(controlPlane, wish, signal)
  if (taken.kind === 'failed')
    return { check: failed(controlPlane, taken.detail), entries: undefined }
  const listed = await app.registry.list(controlPlane, signal)
  if (listed.kind === 'failed')
    return { check: failed(controlPlane, listed.detail), entries: undefined }
  const confirmed = decideRegistration(listed.value, wish, () => false).kind === 'confirmed'
  if (confirmed) await noteConfirmed(app, controlPlane, wish)
  const check = confirmed
    ? done(controlPlane, `registered as ${wish.id}`)
    : failed(
        controlPlane,
        'the registration was taken, but the list does not show what was asked for',
      )
  return { check, entries: listed.value }
}

async function noteConfirmed(
  app: Application,
  { id }: ControlPlane,
  { url }: DataPlaneWish,
): Promise<void> {
  const patch = { registeredAt: app.now(), registrationProblem: null }
  await app.database.transaction(async (tx) => {
    await noteAddress(app, tx, id, url)
    await tx.controlPlanes.update({ id }, patch)
  })
}

const name = 'registration'

const failed = ({ id }: ControlPlane, detail: string): ConnectorCheck => {
  const remedy = `See the connector’s log; its answer is in GET /v1/control-planes/${id}/exchanges.`
  return { name, result: 'fail', detail, remedy }
}

const leftToOperator: ConnectorCheck = {
  name,
  result: 'warn',
  detail:
    'nothing was registered: a connector that sends tokens needs client credentials of its own',
  remedy: 'Register the data plane there with `authorization`, as docs/connectors.md shows.',
}

/** Without `register` nothing brings the entry back. */
const done = ({ register }: ControlPlane, detail: string): ConnectorCheck =>
  register
    ? { name, result: 'ok', detail, remedy: null }
    : {
        name,
        result: 'warn',
        detail: `${detail}; it is gone when the connector forgets it`,
        remedy: 'Set register: true, so that it is repeated.',
      }

/** Waits until the connector has looked at us, or the time for it is over. */
export async function awaitLook(
  app: Application,
  controlPlane: ControlPlane,
  {
    wish,
    since,
    looksByItself,
  }: { readonly wish: DataPlaneWish; readonly since: Date; readonly looksByItself: boolean },
  signal: AbortSignal,
): Promise<{
  readonly state: string | null
  readonly lastMessageAt: Date | null
  readonly waitedMs: number
}> {
  const begun = performance.now()
  for (;;) {
    const listed = await app.registry.list(controlPlane, signal)
    const entries = listed.kind === 'done' ? listed.value : []
    const state = entries.find(({ id }) => id === wish.id)?.state ?? null
    const cameAt = await lastMessageAt(app, controlPlane.id)
    const waitedMs = performance.now() - begun
    const seen = state === 'AVAILABLE' || (cameAt !== null && cameAt >= since)
    if (seen || !looksByItself || waitedMs >= bounds.connecting.lookMs)
      return { state, lastMessageAt: cameAt, waitedMs }
    await delay(bounds.connecting.pollMs, undefined, { signal })
  }
}
