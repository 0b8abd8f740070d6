import { bounds } from '../../domain/bounds.ts'
import type { Delivery, Subscription } from '../../domain/delivery.ts'
import {
  disableAfterSeconds,
  nextTryAt,
  webhookScheduleSeconds,
} from '../../domain/retry-schedule.ts'
import { secondsFrom, type Application } from '../application.ts'
import { attemptRequest, isSuccess, recordAttempt, settled } from './attempt-delivery.ts'
import type { AttemptResult } from './attempt-delivery.ts'
import { composeWebhook, webhookBody } from './compose-webhook.ts'
import type { Transaction } from '../ports/database.ts'
import type { WebhookSigner } from '../ports/webhook-signer.ts'
import { againAt, againAtEarliest, done, type Outcome, type Pass } from '../reconciler.ts'
import type { Reconciler } from '../reconciler.ts'
import { holdPending } from './update-subscription.ts'

export interface DeliveryParts {
  readonly signer: WebhookSigner
}

/**
 * Webhooks. A row is a subscription's lane: one request in flight, in order of sequence; what failed is tried again by
 * the schedule and holds nothing up.
 */
export function deliveryReconciler(app: Application, { signer }: DeliveryParts): Reconciler {
  return {
    kind: 'delivery',
    slots: 64,
    parkAfter: null,
    maxBackoffMs: 60_000,
    run: (pass) => sendDue(app, signer, pass),
  }
}

async function sendDue(app: Application, signer: WebhookSigner, pass: Pass): Promise<Outcome> {
  const ends = performance.now() + bounds.telling.passMs
  for (const delivery of await dueDeliveries(app, pass.id)) {
    const subscription = await app.database.read.subscriptions.get({ id: pass.id })
    if (subscription?.state !== 'ACTIVE') return done
    const body = await webhookBody(app, subscription, delivery)
    if (body === undefined) {
      await pass.record((tx) => giveUp(app, tx, delivery))
      continue
    }
    const result = await attemptRequest(app, pass.signal, () =>
      composeWebhook(app, signer, subscription, delivery, body),
    )
    await pass.record((tx) => recordResult(app, tx, delivery, result))
    if (result.status === null) return afterRest(app, pass.id, result)
    if (performance.now() > ends) break
  }
  return againAtEarliest(await nextDue(app, pass.id))
}

const dueDeliveries = (app: Application, subscriptionId: string) =>
  app.database.read.deliveries.list({
    where: { subscriptionId, state: 'PENDING', nextAttemptAt: { lte: app.now() } },
    orderBy: 'sequence',
    limit: bounds.telling.passDeliveries,
  })

async function nextDue(app: Application, subscriptionId: string): Promise<Date | null> {
  const subscription = await app.database.read.subscriptions.get({ id: subscriptionId })
  if (subscription?.state !== 'ACTIVE') return null
  const [next] = await app.database.read.deliveries.list({
    where: { subscriptionId, state: 'PENDING', nextAttemptAt: { not: null } },
    orderBy: 'nextAttemptAt',
    limit: 1,
  })
  return next?.nextAttemptAt ?? null
}

/** So that endpoints that swallow requests take only a part of the slots' time. */
async function afterRest(
  app: Application,
  subscriptionId: string,
  { durationMs }: AttemptResult,
): Promise<Outcome> {
  const next = await nextDue(app, subscriptionId)
  if (next === null) return done
  const rested = app.now().getTime() + durationMs * bounds.telling.restFactor
  return againAt(new Date(Math.max(rested, next.getTime())))
}

/** Its event is not kept any more. */
async function giveUp(app: Application, tx: Transaction, { id }: Delivery): Promise<void> {
  await tx.deliveries.update({ id }, settled(app, { state: 'DEAD', reason: 'event-gone' }))
}

/** The delivery and the subscription as the answer leaves them. Rows are read again: callers may have changed them. */
async function recordResult(
  app: Application,
  tx: Transaction,
  sent: Delivery,
  result: AttemptResult,
): Promise<void> {
  const delivery = await tx.deliveries.get({ id: sent.id })
  const subscription = await tx.subscriptions.get({ id: sent.subscriptionId ?? '' })
  if (delivery === undefined || subscription === undefined) return
  const now = app.now()
  if (isSuccess(result)) {
    await recordAttempt(app, tx, delivery, result, { state: 'DELIVERED' })
    const patch = { failingSince: null, lastDeliveredAt: now }
    await tx.subscriptions.update({ id: subscription.id }, patch)
    return
  }
  const { retryAfterSeconds } = result
  const attempts = delivery.attempts + 1
  const next = nextTryAt(webhookScheduleSeconds, attempts, now, app.random(), retryAfterSeconds)
  const held = subscription.state === 'ACTIVE' ? next : null
  const patch =
    next === null
      ? ({ state: 'DEAD', reason: 'schedule-exhausted' } as const)
      : ({ state: 'PENDING', nextAttemptAt: held } as const)
  await recordAttempt(app, tx, delivery, result, patch)
  await recordFailure(app, tx, subscription, result)
}

async function recordFailure(
  app: Application,
  tx: Transaction,
  subscription: Subscription,
  { status }: AttemptResult,
): Promise<void> {
  const { id } = subscription
  const now = app.now()
  const failingSince = subscription.failingSince ?? now
  await tx.subscriptions.update({ id }, { failingSince })
  const failedTooLong = secondsFrom(failingSince, disableAfterSeconds) <= now
  if (subscription.state !== 'ACTIVE' || (status !== 410 && !failedTooLong)) return
  const disabledReason =
    status === 410 ? 'The endpoint answered 410 Gone.' : 'The endpoint has failed for five days.'
  await tx.subscriptions.update({ id }, { state: 'DISABLED', disabledReason, updatedAt: now })
  await holdPending(tx, id)
  app.log.warn({ subscription: id, origin: subscription.urlOrigin }, disabledReason)
}
