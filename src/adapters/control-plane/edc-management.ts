import type {
  Agreement,
  ConnectorManagement,
  Looked,
  TransferProcess,
} from '../../application/ports/connector-management.ts'
import type {
  Outbound,
  OutboundRequest,
  OutboundResponse,
} from '../../application/ports/outbound.ts'
import type { SecretBox, SecretPlace } from '../../application/ports/secrets.ts'
import { bounds } from '../../domain/bounds.ts'
import { transferHasEnded } from '../../domain/flow-check.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { FailureError } from '../../domain/failure.ts'
import { textOf, valuesOf } from '../../domain/json-ld.ts'
import { isRecord } from '../../domain/parameters-schema.ts'
import { policyEnd } from '../../domain/policy-end.ts'

/** Where the key of a control plane's management API is sealed for. */
export const managementKeyPlace = (controlPlaneId: string): SecretPlace => ({
  table: 'control_planes',
  id: controlPlaneId,
  column: 'sealed_management_key',
})

interface Parts {
  readonly outbound: Outbound
  readonly secrets: SecretBox
}

interface Question {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
}

type Unknown = Extract<Looked<never>, { kind: 'unknown' }>

const unknown = (detail: string): Unknown => ({ kind: 'unknown', detail })
const absent = { kind: 'absent' } as const

/** EDC's management API, version 3 (EDC 0.11-0.18) and 4 (from 0.16). The address ends with the version. */
export function createEdcManagement(parts: Parts): ConnectorManagement {
  const transferProcess: ConnectorManagement['transferProcess'] = async (plane, id, signal) => {
    const path = `transferprocesses/${encodeURIComponent(id)}`
    return read(await ask(parts, plane, { method: 'GET', path }, signal), id, readTransferProcess)
  }
  return {
    transferProcess,
    agreement: async (plane, id, signal) => {
      const path = `contractagreements/${encodeURIComponent(id)}`
      return read(await ask(parts, plane, { method: 'GET', path }, signal), id, readAgreement)
    },
    terminate: async (plane, id, reason, signal) => {
      const path = `transferprocesses/${encodeURIComponent(id)}/terminate`
      const body = { '@context': contextOf(plane), '@type': 'TerminateTransfer', reason }
      const answer = await ask(parts, plane, { method: 'POST', path, body }, signal)
      if (!('status' in answer)) return answer
      if (answer.status >= 200 && answer.status < 300) return { kind: 'found', value: null }
      if (answer.status !== 409) return refusal(answer)
      // It has ended, or another of EDC's threads holds it: only the state tells.
      const looked = await transferProcess(plane, id, signal)
      if (looked.kind !== 'found') return looked
      const { state } = looked.value
      if (transferHasEnded(state)) return { kind: 'found', value: null }
      return unknown(`the management API refuses to end it in state ${state}`)
    },
  }
}

/** Each version has its own. */
const contextOf = ({ managementUrl }: ControlPlane) =>
  /\/v4[a-z]*$/.test(managementUrl ?? '')
    ? ['https://w3id.org/edc/connector/management/v2']
    : { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' }

async function ask(
  { outbound, secrets }: Parts,
  { id, managementUrl, sealedManagementKey }: ControlPlane,
  { method, path, body }: Question,
  signal: AbortSignal,
): Promise<OutboundResponse | Unknown> {
  if (managementUrl === null) return unknown('no management API is configured')
  const key = await openKey(secrets, id, sealedManagementKey)
  if (typeof key === 'object') return key
  const request: OutboundRequest = {
    method,
    url: `${managementUrl}/${path}`,
    headers: {
      accept: 'application/json',
      ...(key === '' ? {} : { 'x-api-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    trust: 'operator',
    timeoutMs: bounds.connectors.managementMs,
    maxResponseBytes: bounds.connectors.managementBytes,
  }
  try {
    return await outbound.send(request, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof FailureError) return unknown(error.failure.message)
    throw error
  }
}

/** Empty when none is configured: a connector without an authentication module asks for none. */
async function openKey(secrets: SecretBox, id: string, sealed: string | null) {
  if (sealed === null) return ''
  try {
    return await secrets.open(managementKeyPlace(id), sealed)
  } catch {
    return unknown('the kept management key does not open with DSC_SECRET_KEY: give it again')
  }
}

/** What an answer says of the thing that was asked for; an answer about another one says nothing. */
function read<T>(
  answer: OutboundResponse | Unknown,
  id: string,
  readDocument: (document: unknown) => T | undefined,
): Looked<T> {
  if (!('status' in answer)) return answer
  if (answer.status !== 200) return refusal(answer)
  const document = parsed(answer.body)
  const found = isRecord(document) && document['@id'] === id ? readDocument(document) : undefined
  return found === undefined
    ? unknown('the management API gives an answer that cannot be read')
    : { kind: 'found', value: found }
}

/**
 * A connector that does not know a thing says so in a document of its own (`ObjectNotFound`). Any other 404 comes from a
 * wrong address, a version that it does not have, or a proxy.
 */
function refusal({ status, body }: OutboundResponse): Looked<never> {
  if (status !== 404) return unknown(`the management API answers ${status}`)
  const errors = parsed(body)
  const said = Array.isArray(errors) ? errors : [errors]
  const known = said.some((error) => textOf(error, 'type') === 'ObjectNotFound')
  return known ? absent : unknown('the management URL leads to no management API: 404')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readTransferProcess(document: unknown): TransferProcess | undefined {
  const id = textOf(document, '@id')
  const state = textOf(document, 'state')
  if (id === undefined || state === undefined) return undefined
  const agreementId = textOf(document, 'contractId') ?? null
  return { id, state, agreementId, errorDetail: textOf(document, 'errorDetail') ?? null }
}

function readAgreement(document: unknown): Agreement | undefined {
  const id = textOf(document, '@id')
  const consumerId = textOf(document, 'consumerId')
  const providerId = textOf(document, 'providerId')
  const assetId = textOf(document, 'assetId')
  if (id === undefined || consumerId === undefined) return undefined
  if (providerId === undefined || assetId === undefined) return undefined
  const [policy] = valuesOf(document, 'policy')
  const endsAt = policyEnd(policy, signingDate(textOf(document, 'contractSigningDate')))
  return { id, consumerId, providerId, assetId, endsAt }
}

/** EDC gives it in seconds since 1970. */
function signingDate(text: string | undefined): Date | null {
  return text !== undefined && /^\d{1,11}$/.test(text) ? new Date(Number(text) * 1000) : null
}
