import { bounds } from '../../domain/bounds.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { provisionedCallback, provisionTarget } from '../../domain/provision-callback.ts'
import type { ProvisionTarget } from '../../domain/provision-callback.ts'
import type { Application } from '../application.ts'
import { notedOutbound } from '../control-planes/noted-outbound.ts'
import type { CallbackAuthenticator } from '../ports/callback-authenticator.ts'
import { attemptRequest, type AttemptResult } from '../telling/attempt-delivery.ts'
import { contentAddress } from './show-content.ts'
import type { ProvisionPass } from './provision-pass.ts'

/** Gives the connector the address of the access document. Undefined: nothing that is configured takes it. */
export async function sendContentAddress(
  given: ProvisionPass,
  flowId: string,
): Promise<AttemptResult | undefined> {
  const { app, request } = given
  return tellConnector(given, provisionedCallback(request, contentAddress(app, flowId)))
}

/** One POST to the configured callback address, with its credential. */
export async function tellConnector(
  { app, authenticator, pass, controlPlane, request }: ProvisionPass,
  { path, body }: { readonly path: string; readonly body?: unknown },
): Promise<AttemptResult | undefined> {
  const target = provisionTarget(controlPlane, request)
  if (target === undefined) return undefined
  const noted = { ...app, outbound: notedOutbound(app, controlPlane, request.processId) }
  return attemptRequest(noted, pass.signal, async () => ({
    url: `${target.url}${path}`,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(await credential(app, authenticator, controlPlane, target, pass.signal)),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    trust: 'operator',
    timeoutMs: bounds.telling.callbackMs,
  }))
}

async function credential(
  app: Application,
  authenticator: CallbackAuthenticator,
  controlPlane: ControlPlane,
  target: ProvisionTarget,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  if (target.credential === 'callbacks') return authenticator.headers(controlPlane, signal)
  const { id, sealedManagementKey } = controlPlane
  if (sealedManagementKey === null) return {}
  const place = { table: 'control_planes', id, column: 'sealed_management_key' }
  return { 'x-api-key': await app.secrets.open(place, sealedManagementKey) }
}
