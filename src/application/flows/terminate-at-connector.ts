import type { DataFlow } from '../../domain/data-flow.ts'
import type { DeadReason, Delivery } from '../../domain/delivery.ts'
import { callbackScheduleSeconds, nextTryAt } from '../../domain/retry-schedule.ts'
import type { Application } from '../application.ts'
import type { Looked } from '../ports/connector-management.ts'
import { againAt, againAtEarliest, done, type Outcome, type Pass } from '../reconciler.ts'
import { recordAttempt, settled, type AttemptResult } from '../telling/attempt-delivery.ts'

/**
 * Ends the transfer process of a flow that we have ended, by the management API of its connector: repeated until the
 * connector has taken it, has ended it itself, or does not know it.
 */
export async function terminateAtConnector(
  app: Application,
  pass: Pass,
  delivery: Delivery,
  flow: DataFlow,
): Promise<Outcome> {
  const { nextAttemptAt, attempts } = delivery
  if (delivery.state !== 'PENDING') return done
  if (nextAttemptAt !== null && nextAttemptAt > app.now()) return againAt(nextAttemptAt)
  const controlPlane = await app.database.read.controlPlanes.get({ id: flow.controlPlaneId })
  if (controlPlane === undefined || controlPlane.managementUrl === null)
    return giveUp(app, pass, delivery, 'no-target')
  const reason = delivery.error ?? 'The data flow has ended.'
  const at = app.now()
  const begun = performance.now()
  const { signal } = pass
  const looked = await app.connectors.terminate(controlPlane, flow.processId, reason, signal)
  const result = resultOf(looked, at, Math.round(performance.now() - begun))
  const patch = patchOf(app, looked, attempts)
  await pass.record((tx) => recordAttempt(app, tx, delivery, result, patch))
  return againAtEarliest(patch.nextAttemptAt)
}

function resultOf(looked: Looked<null>, at: Date, durationMs: number): AttemptResult {
  const said = { found: 'terminated', absent: 'there is no such transfer process' }
  const response = looked.kind === 'unknown' ? null : said[looked.kind]
  const error = looked.kind === 'unknown' ? looked.detail : null
  return { at, status: null, durationMs, response, error, retryAfterSeconds: 0 }
}

type Patch = Pick<Delivery, 'state'> & Partial<Pick<Delivery, 'reason' | 'nextAttemptAt'>>

function patchOf(app: Application, looked: Looked<null>, attempts: number): Patch {
  if (looked.kind !== 'unknown') return { state: 'DELIVERED' }
  const next = nextTryAt(callbackScheduleSeconds, attempts + 1, app.now(), app.random())
  return next === null
    ? { state: 'DEAD', reason: 'schedule-exhausted' }
    : { state: 'PENDING', nextAttemptAt: next }
}

async function giveUp(
  app: Application,
  pass: Pass,
  { id }: Delivery,
  reason: DeadReason,
): Promise<Outcome> {
  const patch = settled(app, { state: 'DEAD', reason } as const)
  await pass.record((tx) => tx.deliveries.update({ id }, patch))
  return done
}
