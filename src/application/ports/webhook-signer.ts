export interface WebhookMessage {
  /** `webhook-id`. */
  readonly id: string
  /** `webhook-timestamp`: whole seconds. */
  readonly timestamp: number
  readonly body: string
}

/** Signs by the Standard Webhooks scheme, symmetric. */
export interface WebhookSigner {
  /** `v1,<base64>`; the secret is `whsec_` and base64 of the key. */
  sign(secret: string, message: WebhookMessage): string
}
