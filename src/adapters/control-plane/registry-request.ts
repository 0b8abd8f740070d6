import type { Registered } from '../../application/ports/data-plane-registry.ts'
import type { Outbound, OutboundResponse } from '../../application/ports/outbound.ts'
import type { SecretBox } from '../../application/ports/secrets.ts'
import { bounds } from '../../domain/bounds.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataPlaneEntry } from '../../domain/data-plane-registration.ts'
import { FailureError } from '../../domain/failure.ts'
import { scalarText, termOf } from '../../domain/json-ld.ts'
import { isRecord } from '../../domain/parameters-schema.ts'

export interface RegistryRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  /** The credential, made for this request. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  readonly body?: unknown
}

export const failed = (detail: string) => ({ kind: 'failed', detail }) as const
export const done = { kind: 'done', value: null } as const

/** One request to a connector's own API. */
export async function askRegistry(
  outbound: Outbound,
  { method, url, headers, body }: RegistryRequest,
  signal: AbortSignal,
): Promise<OutboundResponse | Extract<Registered<never>, { kind: 'failed' }>> {
  try {
    return await outbound.send(
      {
        method,
        url,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(await headers()),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        trust: 'operator',
        timeoutMs: bounds.registration.requestMs,
        maxResponseBytes: bounds.registration.listBytes,
      },
      signal,
    )
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof FailureError) return failed(error.failure.message)
    throw error
  }
}

export const isTaken = (status: number) => status >= 200 && status < 300

/** What an answer that was not hoped for means, with the place that gave it. */
export function refusal(place: string, status: number) {
  const why =
    status === 401 || status === 403
      ? ': the credential is not accepted'
      : status === 404 || status === 405
        ? ': is the address right?'
        : ''
  return failed(`${place} answers ${status}${why}`)
}

/** The key of the management API, as EDC takes it. */
export async function managementHeaders(
  secrets: SecretBox,
  { id, sealedManagementKey }: ControlPlane,
): Promise<Readonly<Record<string, string>>> {
  if (sealedManagementKey === null) return {}
  const place = { table: 'control_planes', id, column: 'sealed_management_key' }
  return { 'X-Api-Key': await secrets.open(place, sealedManagementKey) }
}

/** The entries of a list of data planes, whatever version wrote it; undefined when it is none. */
export function readEntries(text: string): readonly DataPlaneEntry[] | undefined {
  const list = parsed(text)
  if (!Array.isArray(list)) return undefined
  return list.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return []
    const id = scalarText(entry['@id'] ?? entry['id'] ?? termOf(entry, 'dataplaneId'))
    const url = scalarText(termOf(entry, 'url') ?? termOf(entry, 'endpoint'))
    if (id === undefined || url === undefined) return []
    const types = termOf(entry, 'allowedTransferTypes') ?? termOf(entry, 'transferTypes')
    const state = scalarText(termOf(entry, 'state')) ?? null
    return [{ id, url, transferTypes: textsOf(types), state }]
  })
}

/** A list of one may come as the one alone. */
function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.map(scalarText).filter((text) => text !== undefined)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
