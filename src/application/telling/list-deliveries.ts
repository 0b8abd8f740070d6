import type { DeliveryState } from '../../domain/delivery.ts'
import type { Application } from '../application.ts'
import { findSubscription } from './find-subscription.ts'
import { createdBetween, listPage } from '../page.ts'
import { deliveryRepresentations } from '../representations/delivery.ts'

export interface DeliveryQuery {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
  readonly states?: readonly DeliveryState[] | undefined
  readonly createdAfter?: string | undefined
  readonly createdBefore?: string | undefined
}

/** One page of a subscription's deliveries, newest first, each with its attempts. Throws `not-found`. */
export async function listDeliveries(
  app: Application,
  workspaceId: string,
  subscriptionId: string,
  query: DeliveryQuery,
) {
  await findSubscription(app.database.read, workspaceId, subscriptionId)
  const { states, createdAfter, createdBefore, limit, cursor } = query
  const where = {
    subscriptionId,
    ...(states === undefined ? {} : { state: { in: states } }),
    ...createdBetween(createdAfter, createdBefore),
  }
  const { items, next } = await listPage(app.database.read.deliveries, { where, limit, cursor })
  return { items: await deliveryRepresentations(app.database.read, items), next }
}
