import { answeredAt, isFinalFlow, type DataFlow } from '../../domain/data-flow.ts'
import type { Delivery } from '../../domain/delivery.ts'
import {
  nextEndlessTryAt,
  pushScheduleSeconds,
  startedShownMs,
} from '../../domain/retry-schedule.ts'
import { secondsFrom, type Application } from '../application.ts'
import { attemptRequest, isSuccess, recordAttempt, settled } from '../telling/attempt-delivery.ts'
import { changeFlow } from './change-flow.ts'
import { composeAccessDocument } from './compose-access-document.ts'
import { enqueueCallback } from './enqueue-callback.ts'
import type { Transaction } from '../ports/database.ts'
import { againAt, done, type Outcome, type Pass } from '../reconciler.ts'

/** How often a suspended push is looked at. */
const suspendedLookSeconds = 2

/**
 * Hands the access document to the receiver of a push until it is taken or the flow ends; then completes the flow, and
 * tells the control plane.
 */
export async function pushAccessDocument(
  app: Application,
  pass: Pass,
  delivery: Delivery,
  flow: DataFlow,
): Promise<Outcome> {
  const now = app.now()
  if (delivery.state === 'DEAD' || (delivery.state === 'DELIVERED' && isFinalFlow(flow)))
    return done
  if (isFinalFlow(flow)) return drop(app, pass, delivery, 'flow-ended')
  if (flow.state === 'SUSPENDED') return againAt(secondsFrom(now, suspendedLookSeconds))
  if (delivery.state === 'DELIVERED') return complete(app, pass, flow)
  if (flow.deadline !== null && flow.deadline <= now) return drop(app, pass, delivery, 'deadline')
  const { nextAttemptAt } = delivery
  if (nextAttemptAt !== null && nextAttemptAt > now) return againAt(nextAttemptAt)
  return push(app, pass, delivery, flow)
}

async function push(
  app: Application,
  pass: Pass,
  delivery: Delivery,
  flow: DataFlow,
): Promise<Outcome> {
  const result = await attemptRequest(app, pass.signal, () => composeAccessDocument(app, flow))
  if (isSuccess(result)) {
    await pass.record((tx) => recordAttempt(app, tx, delivery, result, { state: 'DELIVERED' }))
    return complete(app, pass, flow)
  }
  const next = nextEndlessTryAt(
    pushScheduleSeconds,
    delivery.attempts + 1,
    app.now(),
    app.random(),
    result.retryAfterSeconds,
  )
  const { deadline } = flow
  const nextAttemptAt = deadline !== null && deadline < next ? deadline : next
  const patch = { state: 'PENDING', nextAttemptAt } as const
  await pass.record((tx) => recordAttempt(app, tx, delivery, result, patch))
  return againAt(nextAttemptAt)
}

/** Not before the flow has shown STARTED for a while: whoever watches it must have seen it. */
async function complete(app: Application, pass: Pass, { id }: DataFlow): Promise<Outcome> {
  return pass.record(async (tx) => {
    const flow = await tx.flows.get({ id })
    if (flow === undefined || isFinalFlow(flow)) return done
    const shownAt = await shownStartedAt(tx, flow)
    if (flow.state !== 'STARTED') return againAt(secondsFrom(app.now(), suspendedLookSeconds))
    if (shownAt > app.now()) return againAt(shownAt)
    await endDelivered(app, tx, flow)
    return done
  })
}

async function shownStartedAt(tx: Transaction, flow: DataFlow): Promise<Date> {
  const controlPlane = await tx.controlPlanes.get({ id: flow.controlPlaneId })
  const answered = answeredAt(flow, controlPlane ?? { startDelayMs: 0 })
  const seen = Math.max(answered.getTime(), flow.startedAt?.getTime() ?? 0)
  return new Date(seen + startedShownMs)
}

async function endDelivered(app: Application, tx: Transaction, flow: DataFlow): Promise<void> {
  await changeFlow(app, tx, flow, 'COMPLETED', { endCause: 'delivered' })
  await enqueueCallback(app, tx, flow, 'completed')
}

async function drop(
  app: Application,
  pass: Pass,
  { id }: Delivery,
  reason: 'flow-ended' | 'deadline',
): Promise<Outcome> {
  const patch = settled(app, { state: 'DEAD', reason } as const)
  await pass.record((tx) => tx.deliveries.update({ id }, patch))
  return done
}
