import type { ConnectorCheck } from '../../domain/connector-check.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { FailureError } from '../../domain/failure.ts'
import type { Application } from '../application.ts'
import type { Headers } from './probe-connector.ts'

/** How callbacks prove us, and what there is to say about it; no headers: it cannot be had. */
export async function callbackCredential(
  app: Pick<Application, 'authenticator'>,
  controlPlane: ControlPlane,
  signal: AbortSignal,
): Promise<{ readonly headers?: Headers; readonly checks: readonly ConnectorCheck[] }> {
  const { callbackAuthentication: callbacks } = controlPlane
  try {
    const headers = await app.authenticator.headers(controlPlane, signal)
    if (callbacks.type !== 'oauth2') return { headers, checks: [] }
    const detail = `got from ${new URL(callbacks.tokenEndpoint).origin}`
    return { headers, checks: [{ name: 'callback token', result: 'ok', detail, remedy: null }] }
  } catch (error) {
    signal.throwIfAborted()
    return { checks: [error instanceof FailureError ? noToken(error) : unopened] }
  }
}

const noToken = ({ failure }: FailureError): ConnectorCheck => ({
  name: 'callback token',
  result: 'fail',
  detail: failure.message.replace(/\.$/, ''),
  remedy: tokenRemedy,
})

export const tokenRemedy =
  'See that callbacks.tokenEndpoint, clientId and the client secret are right, and that the client may use client_credentials.'

const unopened: ConnectorCheck = {
  name: 'callback credential',
  result: 'fail',
  detail: 'the kept secret does not open with DSC_SECRET_KEY',
  remedy: 'Give it again in callbacks.',
}
