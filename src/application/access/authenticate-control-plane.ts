import { timingSafeEqual } from 'node:crypto'
import type { ControlPlane, SignalingProtocol } from '../../domain/control-plane.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import type { VerifiedToken } from '../ports/bearer-tokens.ts'
import type { ConnectorPlace } from '../control-planes/control-plane-rules.ts'
import { authenticateByToken, bearerOf } from './authenticate-by-token.ts'

export interface ControlPlaneCredentials {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The secret of a path below `/k/{secret}`; undefined when the path had none. */
  readonly pathSecret: string | undefined
}

/** Who sent a message. */
export interface ControlPlaneCaller {
  readonly controlPlane: ControlPlane
  /** What proved it, where that may be used for one message only; null: something else did. */
  readonly token: VerifiedToken | null
}

/**
 * The control plane that a message of `protocol` comes from: known by `X-Api-Key`, by a bearer token, by the secret in the
 * path, or, when it is the only one and the listener is on loopback, by nothing at all. A wrong credential is never taken
 * for none, and a control plane of another protocol is as unknown as any other. Throws `unauthenticated`, and for tokens
 * `token-expired` and `issuer-unavailable`.
 */
export async function authenticateControlPlane(
  app: Application,
  credentials: ControlPlaneCredentials,
  place: ConnectorPlace,
  protocol: SignalingProtocol,
): Promise<ControlPlaneCaller> {
  const all = await app.database.read.controlPlanes.list({})
  const jwt = tokenOf(all, credentials, place)
  if (jwt !== undefined) return authenticateByToken(app, all, protocol, jwt)
  const caller = callerOf(app, all, credentials, place)
  const controlPlane = found(caller?.protocol === protocol ? caller : undefined, credentials)
  return { controlPlane, token: null }
}

/** The token, where it is what counts: a secret in the path, a key, or that there is one only go before it. */
function tokenOf(
  all: readonly ControlPlane[],
  { headers, pathSecret }: ControlPlaneCredentials,
  place: ConnectorPlace,
): string | undefined {
  if (pathSecret !== undefined || headers['x-api-key'] !== undefined) return undefined
  if (isOpen(all, place)) return undefined
  return bearerOf(headers['authorization'])
}

const isOpen = ([only, ...others]: readonly ControlPlane[], place: ConnectorPlace) =>
  only?.inbound.type === 'none' && others.length === 0 && place.onLoopback

function callerOf(
  app: Application,
  all: readonly ControlPlane[],
  { headers, pathSecret }: ControlPlaneCredentials,
  place: ConnectorPlace,
): ControlPlane | undefined {
  if (pathSecret !== undefined) return bySecret(app, all, 'path-secret', pathSecret)
  if (isOpen(all, place)) return all[0]
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

function found(
  controlPlane: ControlPlane | undefined,
  { headers, pathSecret }: ControlPlaneCredentials,
): ControlPlane {
  if (controlPlane !== undefined) return controlPlane
  const given = pathSecret ?? headers['x-api-key'] ?? headers['authorization']
  const detail =
    given === undefined ? 'The message has no credential.' : 'This control plane is not known.'
  throw new ProblemError('unauthenticated', detail, {
    nextStep:
      'Send what the operator configured for it: a bearer token, an API key, or a secret in the path.',
  })
}
