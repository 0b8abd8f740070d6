import { bounds } from '../../domain/bounds.ts'
import type { SignalingProtocol } from '../../domain/control-plane.ts'
import type { CallbackAuthenticator } from '../ports/callback-authenticator.ts'
import type { PreparedRequest } from '../telling/attempt-delivery.ts'
import type { CallbackProtocol, ComposedCallback, OwedCallback } from './callback-protocol.ts'
import { dpsCallbacks } from './dps-callbacks.ts'
import { edcCallbacks } from './edc-callbacks.ts'

/** By the protocol of the flow. */
export const callbackProtocols: Readonly<Partial<Record<SignalingProtocol, CallbackProtocol>>> = {
  dps: dpsCallbacks,
  'edc-signaling': edcCallbacks,
}

/** A callback as it is sent: at the control plane's address, with fresh credentials for each try. */
export async function callbackRequest(
  authenticator: CallbackAuthenticator,
  { controlPlane }: OwedCallback,
  callbackUrl: string,
  { path, body }: ComposedCallback,
  signal: AbortSignal,
): Promise<PreparedRequest> {
  return {
    url: `${callbackUrl}${path}`,
    headers: {
      'content-type': 'application/json',
      ...(await authenticator.headers(controlPlane, signal)),
    },
    body: JSON.stringify(body),
    trust: 'operator',
    timeoutMs: bounds.telling.callbackMs,
  }
}
