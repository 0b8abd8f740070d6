export type SignalingProtocol = 'dps' | 'edc-signaling' | 'provisioner'

/** How a control plane proves itself to us. Secrets are kept as SHA-256 (hexadecimal). */
export type InboundAuthentication =
  | { readonly type: 'none' }
  | { readonly type: 'api-key'; readonly secretSha256: string }
  | {
      readonly type: 'path-secret'
      readonly secretSha256: string
      /** The secret itself, encrypted: it is part of the URL that we register. */
      readonly sealedSecret: string
    }
  | {
      readonly type: 'oauth2'
      readonly issuer: string
      readonly audience: string
      /** The `sub` of its tokens; undefined: any of this issuer. */
      readonly subject?: string
      /** One of the two: where the keys are, or the keys themselves. */
      readonly jwksUri?: string
      readonly jwks?: Readonly<Record<string, unknown>>
    }

/** How we prove ourselves to a control plane. */
export type CallbackAuthentication =
  | { readonly type: 'none' }
  | { readonly type: 'api-key'; readonly header: string; readonly sealedKey: string }
  | {
      readonly type: 'oauth2'
      readonly tokenEndpoint: string
      readonly clientId: string
      readonly sealedClientSecret: string
    }

/**
 * Whether we can register ourselves. A connector that is to send tokens needs its own client credentials in the
 * registration, which only its operator has.
 */
export const mayRegister = (given: {
  readonly protocol: SignalingProtocol
  readonly inbound: { readonly type: string }
}): boolean => !(given.protocol === 'dps' && given.inbound.type === 'oauth2')

/** A connector that drives us: a configured principal. */
export interface ControlPlane {
  readonly id: string
  readonly protocol: SignalingProtocol
  readonly participantContextId: string
  readonly inbound: InboundAuthentication
  /** Base of the callbacks, without a trailing slash; null where none is needed or known yet. */
  readonly callbackUrl: string | null
  readonly callbackAuthentication: CallbackAuthentication
  readonly managementUrl: string | null
  readonly sealedManagementKey: string | null
  readonly register: boolean
  readonly identityDid: string | null
  readonly sealedIdentityKey: string | null
  /** How long the answer to `start` is held, against EDC's own race. */
  readonly startDelayMs: number
  /** When it last confirmed that we are its data plane; null: never, or not asked for. */
  readonly registeredAt: Date | null
  /** Why the last try to register failed, for people; null: it did not. */
  readonly registrationProblem: string | null
  readonly managedBy: 'file' | 'api'
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Every address that a control plane is configured with. */
export function configuredUrls(controlPlane: ControlPlane): readonly string[] {
  const { callbackUrl, managementUrl, inbound, callbackAuthentication: callbacks } = controlPlane
  const jwksUri = inbound.type === 'oauth2' ? inbound.jwksUri : undefined
  const tokenEndpoint = callbacks.type === 'oauth2' ? callbacks.tokenEndpoint : undefined
  const urls = [callbackUrl, managementUrl, jwksUri, tokenEndpoint]
  return urls.filter((url) => url !== null && url !== undefined)
}
