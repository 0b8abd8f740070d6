import type { Delivery } from '../../domain/delivery.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { findSubscription, requireActive } from './find-subscription.ts'
import type { Transaction } from '../ports/database.ts'
import {
  deliveryRepresentations,
  type DeliveryRepresentation,
} from '../representations/delivery.ts'

/**
 * Sends an event again, with the same id, whatever became of it; its attempts are counted on. Throws `not-found`,
 * and `state-conflict` while the subscription is disabled.
 */
export async function redeliver(
  app: Application,
  workspaceId: string,
  subscriptionId: string,
  deliveryId: string,
): Promise<DeliveryRepresentation> {
  return app.database.transaction(async (tx) => {
    const subscription = await findSubscription(tx, workspaceId, subscriptionId)
    const delivery = await tx.deliveries.first({ id: deliveryId, subscriptionId })
    if (delivery === undefined) throw new ProblemError('not-found', 'There is no such delivery.')
    requireActive(subscription)
    const due = await makeDue(app, tx, delivery)
    return showOne(tx, due)
  })
}

/** Makes a delivery of any kind due now. */
export async function makeDue(
  app: Application,
  tx: Transaction,
  delivery: Delivery,
): Promise<Delivery> {
  const now = app.now()
  const patch = { state: 'PENDING', reason: null, nextAttemptAt: now, endedAt: null } as const
  await tx.deliveries.update({ id: delivery.id }, patch)
  if (delivery.kind === 'event') {
    if (delivery.subscriptionId !== null)
      await tx.work.schedule('delivery', delivery.subscriptionId, now)
  } else await tx.work.schedule('callback', delivery.id, now)
  return { ...delivery, ...patch }
}

/** One delivery as its consumer sees it. */
export async function showOne(
  tx: Transaction,
  delivery: Delivery,
): Promise<DeliveryRepresentation> {
  const [shown] = await deliveryRepresentations(tx, [delivery])
  if (shown === undefined) throw new Error('a delivery has one representation')
  return shown
}
