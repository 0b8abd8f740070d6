import type { Subscription } from '../../domain/delivery.ts'
import type { Application } from '../application.ts'
import { subscriptionPlace } from '../telling/compose-webhook.ts'
import { isoOrNull } from './workspace.ts'

/** A subscription without its secret. Its URL is opened for its owner. */
export async function subscriptionRepresentation(app: Application, subscription: Subscription) {
  const { id, sealedUrl } = subscription
  return {
    id,
    url: await app.secrets.open(subscriptionPlace(id, 'sealed_url'), sealedUrl),
    description: subscription.description,
    types: [...subscription.types],
    labels: { ...subscription.labels },
    state: subscription.state,
    disabledReason: subscription.disabledReason,
    createdAt: subscription.createdAt.toISOString(),
    updatedAt: subscription.updatedAt.toISOString(),
    lastDeliveredAt: isoOrNull(subscription.lastDeliveredAt),
  }
}
