import type { Subscription } from '../../domain/delivery.ts'
import type { Application } from '../application.ts'
import { subscriptionPlace } from './compose-webhook.ts'
import { findSubscription } from './find-subscription.ts'
import type { Transaction } from '../ports/database.ts'
import { subscriptionRepresentation } from '../representations/subscription.ts'

export interface SubscriptionChange {
  readonly url?: string | undefined
  readonly description?: string | null | undefined
  readonly types?: readonly string[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly state?: Subscription['state'] | undefined
}

/**
 * Changes what is given. A new URL takes over what is pending; an enabled subscription gets what waited for it; both at
 * once. Throws `not-found`, `address-refused`.
 */
export async function updateSubscription(
  app: Application,
  workspaceId: string,
  id: string,
  change: SubscriptionChange,
) {
  if (change.url !== undefined) app.outbound.checkUrl(change.url, 'foreign')
  const address = change.url === undefined ? {} : await sealAddress(app, id, change.url)
  const changed = await app.database.transaction(async (tx) => {
    const subscription = await findSubscription(tx, workspaceId, id)
    const patch = { ...address, ...plainFields(change), updatedAt: app.now() }
    await tx.subscriptions.update({ id }, patch)
    await switchState(app, tx, subscription, change)
    return findSubscription(tx, workspaceId, id)
  })
  return subscriptionRepresentation(app, changed)
}

const sealAddress = async (app: Application, id: string, url: string) => ({
  sealedUrl: await app.secrets.seal(subscriptionPlace(id, 'sealed_url'), url),
  urlOrigin: new URL(url).origin,
})

const plainFields = ({ description, types, labels }: SubscriptionChange) => ({
  ...(description === undefined ? {} : { description }),
  ...(types === undefined ? {} : { types }),
  ...(labels === undefined ? {} : { labels }),
})

async function switchState(
  app: Application,
  tx: Transaction,
  { id, state }: Subscription,
  change: SubscriptionChange,
): Promise<void> {
  if (change.state === 'DISABLED' && state === 'ACTIVE') {
    const disabledReason = 'Switched off by its owner.'
    await tx.subscriptions.update({ id }, { state: 'DISABLED', disabledReason })
    await holdPending(tx, id)
    return
  }
  const wanted = change.state ?? state
  if (wanted === 'ACTIVE' && (state === 'DISABLED' || change.url !== undefined))
    await activate(app, tx, id)
}

/** Makes a subscription active, as if it never had failed: what is pending is due now. */
export async function activate(app: Application, tx: Transaction, id: string): Promise<void> {
  const now = app.now()
  await tx.subscriptions.update(
    { id },
    { state: 'ACTIVE', disabledReason: null, failingSince: null },
  )
  await tx.deliveries.updateWhere({ subscriptionId: id, state: 'PENDING' }, { nextAttemptAt: now })
  await tx.work.schedule('delivery', id, now)
}

/** What is pending waits until the subscription is active again. */
export async function holdPending(tx: Transaction, subscriptionId: string): Promise<void> {
  await tx.deliveries.updateWhere({ subscriptionId, state: 'PENDING' }, { nextAttemptAt: null })
}
