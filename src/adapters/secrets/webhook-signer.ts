import { createHmac } from 'node:crypto'
import type { WebhookSigner } from '../../application/ports/webhook-signer.ts'

const prefix = 'whsec_'

/** HMAC-SHA-256 over `id.timestamp.body`. */
export function createWebhookSigner(): WebhookSigner {
  return {
    sign: (secret, { id, timestamp, body }) => {
      if (!secret.startsWith(prefix)) throw new TypeError('a webhook secret starts with whsec_')
      const key = Buffer.from(secret.slice(prefix.length), 'base64')
      const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`)
      return `v1,${mac.digest('base64')}`
    },
  }
}
