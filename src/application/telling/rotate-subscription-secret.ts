import { previousSecretSeconds } from '../../domain/retry-schedule.ts'
import { secondsFrom, type Application } from '../application.ts'
import { subscriptionPlace } from './compose-webhook.ts'
import { newSecret } from './create-subscription.ts'
import { findSubscription } from './find-subscription.ts'

/** A new secret; for a day events are signed with its predecessor too. Throws `not-found`. */
export async function rotateSubscriptionSecret(app: Application, workspaceId: string, id: string) {
  const before = await findSubscription(app.database.read, workspaceId, id)
  const previous = await app.secrets.open(
    subscriptionPlace(id, 'sealed_secret'),
    before.sealedSecret,
  )
  const secret = newSecret(app)
  const previousSecretUntil = secondsFrom(app.now(), previousSecretSeconds)
  const patch = {
    sealedSecret: await app.secrets.seal(subscriptionPlace(id, 'sealed_secret'), secret),
    sealedPreviousSecret: await app.secrets.seal(
      subscriptionPlace(id, 'sealed_previous_secret'),
      previous,
    ),
    previousSecretUntil,
    updatedAt: app.now(),
  }
  await app.database.transaction(async (tx) => {
    await findSubscription(tx, workspaceId, id)
    await tx.subscriptions.update({ id }, patch)
  })
  return { secret, previousUntil: previousSecretUntil.toISOString() }
}
