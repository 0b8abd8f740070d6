import {
  invalidControlPlane,
  type ControlPlaneDefinition,
} from '../../domain/control-plane-definition.ts'
import type {
  CallbackAuthentication,
  ControlPlane,
  InboundAuthentication,
} from '../../domain/control-plane.ts'
import type { Application } from '../application.ts'

type Sealed = Pick<
  ControlPlane,
  | 'inbound'
  | 'callbackUrl'
  | 'callbackAuthentication'
  | 'managementUrl'
  | 'sealedManagementKey'
  | 'identityDid'
  | 'sealedIdentityKey'
>

/** The header that EDC's own APIs take their key in. */
const apiKeyHeader = 'X-Api-Key'

/** Inbound secrets as hashes, outbound ones sealed; those that are left out are kept from `previous`. */
export async function sealControlPlane(
  app: Application,
  given: ControlPlaneDefinition,
  previous: ControlPlane | undefined,
): Promise<Sealed> {
  const seal = (column: string, text: string) =>
    app.secrets.seal({ table: 'control_planes', id: given.id, column }, text)
  const { management, identity } = given
  const managementKey = management?.key
  const identityKey = identity?.key
  const problem = identityKey === undefined ? null : app.proofs.problemOf(identityKey)
  if (problem !== null)
    throw invalidControlPlane([{ pointer: '/identity/key', code: 'format', detail: problem }])
  return {
    inbound: await sealInbound(
      app,
      (text) => seal('inbound', text),
      given.inbound,
      previous?.inbound,
    ),
    callbackUrl: given.callbacks === undefined ? null : withoutSlash(given.callbacks.url),
    callbackAuthentication: await sealCallbacks(
      (text) => seal('callback_authentication', text),
      given.callbacks,
      previous?.callbackAuthentication,
    ),
    managementUrl: management === undefined ? null : withoutSlash(management.url),
    sealedManagementKey:
      managementKey === undefined
        ? keptIf(management !== undefined, previous?.sealedManagementKey)
        : await seal('sealed_management_key', managementKey),
    identityDid: identity?.did ?? null,
    sealedIdentityKey:
      identityKey === undefined
        ? keptIf(identity !== undefined, previous?.sealedIdentityKey)
        : await seal('sealed_identity_key', identityKey),
  }
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')
const keptIf = (wanted: boolean, sealed: string | null | undefined) =>
  wanted ? (sealed ?? null) : null

function missing(pointer: string) {
  return invalidControlPlane([{ pointer, code: 'required', detail: 'is missing' }])
}

async function sealInbound(
  app: Application,
  seal: (text: string) => Promise<string>,
  given: ControlPlaneDefinition['inbound'],
  previous: InboundAuthentication | undefined,
): Promise<InboundAuthentication> {
  switch (given.type) {
    case 'none':
      return given
    case 'oauth2': {
      const { type, issuer, audience, subject, jwksUri, jwks } = given
      const optional = {
        ...(subject === undefined ? {} : { subject }),
        ...(jwksUri === undefined ? {} : { jwksUri }),
        ...(jwks === undefined ? {} : { jwks }),
      }
      return { type, issuer, audience, ...optional }
    }
    case 'api-key':
      if (given.key !== undefined) {
        return { type: given.type, secretSha256: app.sha256Hex(given.key) }
      }
      if (previous?.type === given.type) return previous
      throw missing('/inbound/key')
    case 'path-secret':
      if (given.secret !== undefined) {
        const sealedSecret = await seal(given.secret)
        return { type: given.type, secretSha256: app.sha256Hex(given.secret), sealedSecret }
      }
      if (previous?.type === given.type) return previous
      throw missing('/inbound/secret')
  }
}

async function sealCallbacks(
  seal: (text: string) => Promise<string>,
  given: ControlPlaneDefinition['callbacks'],
  previous: CallbackAuthentication | undefined,
): Promise<CallbackAuthentication> {
  if (given === undefined || given.type === 'none') return { type: 'none' }
  if (given.type === 'api-key') {
    if (given.key !== undefined) {
      return { type: 'api-key', header: apiKeyHeader, sealedKey: await seal(given.key) }
    }
    if (previous?.type === 'api-key') return previous
    throw missing('/callbacks/key')
  }
  const { tokenEndpoint, clientId, clientSecret } = given
  // A secret belongs to the place that it was given for: another one has to be given its own.
  const same =
    previous?.type === 'oauth2' &&
    previous.tokenEndpoint === tokenEndpoint &&
    previous.clientId === clientId
  const kept = same ? previous.sealedClientSecret : undefined
  const sealedClientSecret = clientSecret === undefined ? kept : await seal(clientSecret)
  if (sealedClientSecret === undefined) throw missing('/callbacks/clientSecret')
  return { type: 'oauth2', tokenEndpoint, clientId, sealedClientSecret }
}
