import { bounds } from '../../domain/bounds.ts'
import type { Subscription } from '../../domain/delivery.ts'
import { newId } from '../../domain/ids.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { subscriptionPlace } from './compose-webhook.ts'
import { once } from '../idempotent.ts'
import type { Transaction } from '../ports/database.ts'
import { subscriptionRepresentation } from '../representations/subscription.ts'

export interface SubscriptionWish {
  readonly url: string
  readonly description?: string | null | undefined
  readonly types?: readonly string[] | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/**
 * Subscribes an endpoint to a workspace's events; the answer has the secret. Throws `address-refused` for a URL that
 * can never be called, `limit-reached`, `idempotency-key-reused`.
 */
export async function createSubscription(
  app: Application,
  workspaceId: string,
  wish: SubscriptionWish,
  idempotencyKey: string | undefined,
) {
  app.outbound.checkUrl(wish.url, 'foreign')
  const made = await newSubscription(app, workspaceId, wish)
  const request = {
    scope: workspaceId,
    key: idempotencyKey,
    operation: 'createSubscription',
    body: wish,
  }
  const subscription = await app.database.transaction(async (tx) => {
    const { id } = await once(app, tx, request, () => insert(tx, made))
    return tx.subscriptions.get({ id })
  })
  if (subscription === undefined) {
    throw new ProblemError('state-conflict', 'The subscription of this key was removed.')
  }
  const { id, sealedSecret } = subscription
  const secret = await app.secrets.open(subscriptionPlace(id, 'sealed_secret'), sealedSecret)
  return { ...(await subscriptionRepresentation(app, subscription)), secret }
}

/** `whsec_` and 24 random bytes, as Standard Webhooks has it. */
export const newSecret = (app: Application) =>
  `whsec_${Buffer.from(app.randomBytes(24)).toString('base64')}`

async function newSubscription(
  app: Application,
  workspaceId: string,
  wish: SubscriptionWish,
): Promise<Subscription> {
  const now = app.now()
  const id = newId('sub', now, app.randomBytes(10))
  return {
    id,
    workspaceId,
    sealedUrl: await app.secrets.seal(subscriptionPlace(id, 'sealed_url'), wish.url),
    urlOrigin: new URL(wish.url).origin,
    description: wish.description ?? null,
    types: wish.types ?? ['*'],
    labels: wish.labels ?? {},
    sealedSecret: await app.secrets.seal(subscriptionPlace(id, 'sealed_secret'), newSecret(app)),
    sealedPreviousSecret: null,
    previousSecretUntil: null,
    state: 'ACTIVE',
    disabledReason: null,
    failingSince: null,
    lastDeliveredAt: null,
    createdAt: now,
    updatedAt: now,
  }
}

async function insert(tx: Transaction, subscription: Subscription): Promise<string> {
  const { id, workspaceId } = subscription
  if ((await tx.subscriptions.count({ workspaceId })) >= bounds.telling.subscriptions) {
    throw new ProblemError(
      'limit-reached',
      `A workspace has at most ${bounds.telling.subscriptions} subscriptions.`,
      { nextStep: 'Remove one, or change one.' },
    )
  }
  await tx.subscriptions.insert(subscription)
  return id
}
