import { timingSafeEqual } from 'node:crypto'
import type { ControlPlane, SignalingProtocol } from '../../domain/control-plane.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import type { ConnectorPlace } from '../control-planes/control-plane-rules.ts'

export interface ControlPlaneCredentials {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The secret of a path below `/k/{secret}`; undefined when the path had none. */
  readonly pathSecret: string | undefined
}

/**
 * The control plane that a message of `protocol` comes from: known by `X-Api-Key`, by the secret in the path, or, when it
 * is the only one and the listener is on loopback, by nothing at all. A wrong credential is never taken for none, and a
 * control plane of another protocol is as unknown as any other. Throws `unauthenticated`.
 */
export async function authenticateControlPlane(
  app: Application,
  credentials: ControlPlaneCredentials,
  place: ConnectorPlace,
  protocol: SignalingProtocol,
): Promise<ControlPlane> {
  const caller = await callerOf(app, credentials, place)
  return found(caller?.protocol === protocol ? caller : undefined)
}

async function callerOf(
  app: Application,
  { headers, pathSecret }: ControlPlaneCredentials,
  place: ConnectorPlace,
): Promise<ControlPlane | undefined> {
  const all = await app.database.read.controlPlanes.list({})
  if (pathSecret !== undefined) return bySecret(app, all, 'path-secret', pathSecret)
  const [only, ...others] = all
  if (only?.inbound.type === 'none' && others.length === 0 && place.onLoopback) return only
  const apiKey = headers['x-api-key']
  return typeof apiKey === 'string' ? bySecret(app, all, 'api-key', apiKey) : undefined
}

function bySecret(
  app: Application,
  all: readonly ControlPlane[],
  type: 'api-key' | 'path-secret',
  secret: string,
): ControlPlane | undefined {
  const given = Buffer.from(app.sha256Hex(secret), 'hex')
  const matching = all.filter(({ inbound }) => {
    if (inbound.type !== type) return false
    const expected = Buffer.from(inbound.secretSha256, 'hex')
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
  return matching[0]
}

function found(controlPlane: ControlPlane | undefined): ControlPlane {
  if (controlPlane !== undefined) return controlPlane
  throw new ProblemError('unauthenticated', 'This control plane is not known.', {
    nextStep: 'Send the credential that the operator configured for it.',
  })
}
