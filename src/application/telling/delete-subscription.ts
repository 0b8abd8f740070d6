import type { Application } from '../application.ts'
import { findSubscription } from './find-subscription.ts'
import type { Transaction } from '../ports/database.ts'

const batch = 500

/** Removes a subscription with its secrets, deliveries and their attempts. Throws `not-found`. */
export async function deleteSubscription(
  app: Application,
  workspaceId: string,
  id: string,
): Promise<void> {
  await app.database.transaction(async (tx) => {
    await findSubscription(tx, workspaceId, id)
    await tx.subscriptions.delete({ id })
    await tx.work.remove('delivery', id)
    await deleteDeliveries(tx, id)
  })
}

async function deleteDeliveries(tx: Transaction, subscriptionId: string): Promise<void> {
  for (;;) {
    const found = await tx.deliveries.list({ where: { subscriptionId }, limit: batch })
    if (found.length === 0) return
    const ids = found.map(({ id }) => id)
    await tx.deliveryAttempts.deleteWhere({ deliveryId: { in: ids } })
    await tx.deliveries.deleteWhere({ id: { in: ids } })
  }
}
