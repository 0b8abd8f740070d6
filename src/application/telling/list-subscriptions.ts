import type { Subscription } from '../../domain/delivery.ts'
import type { Application } from '../application.ts'
import { findSubscription } from './find-subscription.ts'
import { listPage } from '../page.ts'
import { subscriptionRepresentation } from '../representations/subscription.ts'

/** One page of a workspace's subscriptions, newest first. */
export async function listSubscriptions(
  app: Application,
  workspaceId: string,
  page: {
    readonly limit?: number | undefined
    readonly cursor?: string | undefined
    readonly states?: readonly Subscription['state'][] | undefined
  },
) {
  const { states, limit, cursor } = page
  const where = { workspaceId, ...(states === undefined ? {} : { state: { in: states } }) }
  const { items, next } = await listPage(app.database.read.subscriptions, { where, limit, cursor })
  const shown = items.map((subscription) => subscriptionRepresentation(app, subscription))
  return { items: await Promise.all(shown), next }
}

export async function getSubscription(app: Application, workspaceId: string, id: string) {
  const found = await findSubscription(app.database.read, workspaceId, id)
  return subscriptionRepresentation(app, found)
}
