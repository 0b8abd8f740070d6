import { bounds } from '../../domain/bounds.ts'
import type { Delivery, Subscription } from '../../domain/delivery.ts'
import { cloudEvent, type CloudEvent } from '../../domain/event.ts'
import type { Application } from '../application.ts'
import type { OutboundRequest } from '../ports/outbound.ts'
import type { WebhookSigner } from '../ports/webhook-signer.ts'

export const testEventType = 'subscription.test'

/** Where the secrets of a subscription are sealed for. */
export const subscriptionPlace = (
  id: string,
  column: 'sealed_url' | 'sealed_secret' | 'sealed_previous_secret',
) => ({ table: 'subscriptions', id, column })

/** The event that a delivery carries; undefined when it is not kept any more. */
export async function webhookBody(
  app: Application,
  subscription: Subscription,
  delivery: Delivery,
): Promise<string | undefined> {
  if (delivery.sequence === null) return JSON.stringify(testEvent(subscription, delivery))
  const { workspaceId } = subscription
  const event = await app.database.read.events.get({ workspaceId, sequence: delivery.sequence })
  return event === undefined ? undefined : JSON.stringify(cloudEvent(event))
}

/** Made up when it is sent: it has no place in the workspace's log. */
function testEvent(
  { id, workspaceId }: Subscription,
  delivery: Delivery,
): Omit<CloudEvent, 'sequence'> {
  return {
    specversion: '1.0',
    id: delivery.eventId ?? delivery.id,
    source: `/workspaces/${workspaceId}`,
    type: testEventType,
    subject: `subscriptions/${id}`,
    time: delivery.createdAt.toISOString(),
    datacontenttype: 'application/json',
    data: { subscription: { id } },
  }
}

/** The signed request (Standard Webhooks; CloudEvents HTTP binding, structured mode). */
export async function composeWebhook(
  app: Application,
  signer: WebhookSigner,
  subscription: Subscription,
  delivery: Delivery,
  body: string,
): Promise<Omit<OutboundRequest, 'method' | 'maxResponseBytes'>> {
  const { id } = subscription
  const url = await app.secrets.open(subscriptionPlace(id, 'sealed_url'), subscription.sealedUrl)
  const timestamp = Math.floor(app.now().getTime() / 1000)
  const message = { id: delivery.eventId ?? delivery.id, timestamp, body }
  const secrets = await validSecrets(app, subscription)
  return {
    url,
    body,
    trust: 'foreign',
    timeoutMs: bounds.telling.webhookMs,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'dataspace-compute-webhooks',
      'webhook-id': message.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': secrets.map((secret) => signer.sign(secret, message)).join(' '),
    },
  }
}

/** The secret, and its predecessor while that is still valid. */
async function validSecrets(
  app: Application,
  subscription: Subscription,
): Promise<readonly string[]> {
  const { id, sealedPreviousSecret, previousSecretUntil } = subscription
  const secret = await app.secrets.open(
    subscriptionPlace(id, 'sealed_secret'),
    subscription.sealedSecret,
  )
  if (sealedPreviousSecret === null || previousSecretUntil === null) return [secret]
  if (previousSecretUntil <= app.now()) return [secret]
  const place = subscriptionPlace(id, 'sealed_previous_secret')
  return [secret, await app.secrets.open(place, sealedPreviousSecret)]
}
