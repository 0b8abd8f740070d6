import { localName, scalarText, termOf } from './json-ld.ts'
import { isRecord } from './parameters-schema.ts'

/** A data address as DSP 2025-1 has it. All property values are strings. */
export interface DataAddress {
  readonly '@type': 'DataAddress'
  readonly endpointType: string
  readonly endpoint: string
  readonly endpointProperties: readonly EndpointProperty[]
}

export interface EndpointProperty {
  readonly '@type': 'EndpointProperty'
  readonly name: string
  readonly value: string
}

/** Where a transfer reads from, with the rights that it came with. Holds secrets: never logged, stored encrypted. */
export type Source = HttpSource | S3Source

export interface HttpSource {
  readonly type: 'http'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly refresh: EdrRefresh | null
  /** When its token ends, as the address said (ISO 8601). */
  readonly expiresAt?: string
}

/** How an endpoint data reference says that its token is renewed. */
export interface EdrRefresh {
  readonly endpoint: string
  readonly token: string
  readonly audience: string | null
}

export interface S3Source {
  readonly type: 's3'
  readonly endpoint: string | null
  readonly region: string
  readonly bucket: string
  readonly key: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
}

/**
 * The properties of an address in any form that a connector hands out: flat EDC properties with or without
 * namespace, `{properties: {…}}` of EDC's events, a DSP data address, or the older `dspace:` form.
 * Undefined when it is none of them. The first of two equal local names wins, plain names before namespaced ones.
 */
export function addressProperties(address: unknown): ReadonlyMap<string, string> | undefined {
  if (!isRecord(address)) return undefined
  const named: [string, unknown][] = []
  for (const [key, value] of Object.entries(address)) {
    const name = localName(key)
    if (name === 'endpointProperties') named.push(...listedProperties(value))
    else if (name === 'properties' && isRecord(value)) named.push(...Object.entries(value))
    else if (!key.startsWith('@')) named.push([key, value])
  }
  const plainFirst = named.sort(
    ([a], [b]) => Number(localName(a) !== a) - Number(localName(b) !== b),
  )
  const properties = new Map<string, string>()
  for (const [key, value] of plainFirst) {
    const text = scalarText(value)
    if (text !== undefined && !properties.has(localName(key))) properties.set(localName(key), text)
  }
  return properties
}

function listedProperties(value: unknown): [string, unknown][] {
  return (Array.isArray(value) ? value : [value]).flatMap((entry: unknown) => {
    if (!isRecord(entry)) return []
    const name = scalarText(termOf(entry, 'name'))
    return name === undefined ? [] : [[name, termOf(entry, 'value')] satisfies [string, unknown]]
  })
}

/** Composes an address as Data Plane Signaling and EDC take it: never properties named `type` or `keyName`. */
export function dataAddress(
  endpointType: string,
  endpoint: string,
  properties: Readonly<Record<string, string>>,
): DataAddress {
  const endpointProperties = Object.entries(properties).map(
    ([name, value]) => ({ '@type': 'EndpointProperty', name, value }) as const,
  )
  return { '@type': 'DataAddress', endpointType, endpoint, endpointProperties }
}

/** `pull` or `push`: the last `-`-separated token of a transfer type or profile that is one of them. */
export function directionOf(transferType: string): 'pull' | 'push' | undefined {
  return transferType
    .toLowerCase()
    .split('-')
    .findLast((token): token is 'pull' | 'push' => token === 'pull' || token === 'push')
}

/** The profile that demands token renewal (Data Plane Signaling, HTTP profile). */
export const httpPullProfile = 'https://w3id.org/dspace-sig/profile/http-pull'
export const httpPushProfile = 'https://w3id.org/dspace-sig/profile/http-push'

export const offeredTransferTypes: readonly string[] = [
  'HttpData-PULL',
  'HttpData-PUSH',
  'http-pull',
  'http-push',
  httpPullProfile,
  httpPushProfile,
]
