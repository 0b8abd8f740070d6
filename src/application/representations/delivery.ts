import type { Delivery, DeliveryAttempt } from '../../domain/delivery.ts'
import { sequenceText } from '../../domain/event.ts'
import type { Records } from '../ports/database.ts'
import { isoOrNull } from './workspace.ts'

const attemptRepresentation = (attempt: DeliveryAttempt) => ({
  number: attempt.number,
  at: attempt.at.toISOString(),
  status: attempt.status,
  durationMs: attempt.durationMs,
  response: attempt.response,
  error: attempt.error,
})

/** Deliveries of webhooks as their consumer sees them, each with its attempts, in the given order. */
export async function deliveryRepresentations(
  records: Pick<Records, 'deliveryAttempts'>,
  deliveries: readonly Delivery[],
) {
  const attempts = await records.deliveryAttempts.list({
    where: { deliveryId: { in: deliveries.map(({ id }) => id) } },
    orderBy: 'number',
  })
  const byDelivery = Map.groupBy(attempts, ({ deliveryId }) => deliveryId)
  return deliveries.map((delivery) => ({
    id: delivery.id,
    subscriptionId: delivery.subscriptionId ?? '',
    eventId: delivery.eventId ?? '',
    eventType: delivery.eventType ?? '',
    sequence: delivery.sequence === null ? null : sequenceText(delivery.sequence),
    state: delivery.state,
    attempts: (byDelivery.get(delivery.id) ?? []).map(attemptRepresentation),
    nextAttemptAt: isoOrNull(delivery.nextAttemptAt),
    createdAt: delivery.createdAt.toISOString(),
  }))
}

export type DeliveryRepresentation = Awaited<ReturnType<typeof deliveryRepresentations>>[number]
