import {
  addressProperties,
  type EdrRefresh,
  type HttpSource,
  type S3Source,
  type Source,
} from './data-address.ts'
import { ProblemError } from './problem.ts'

const headerPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * The source that an address names: `{type: "https", url, headers}`, EDC's `HttpData` and `AmazonS3`, or an
 * endpoint data reference (any HTTP endpoint type with `endpoint` and `authorization`).
 * Throws `source-unsupported` when it is none of them.
 */
export function parseSource(address: unknown, now: Date): Source {
  const properties = addressProperties(address)
  if (properties === undefined) throw unsupported('it is not an object.')
  const type = properties.get('type') ?? properties.get('endpointType') ?? ''
  if (type.toLowerCase().startsWith('amazons3')) return s3Source(properties)
  const url = properties.get('url') ?? properties.get('endpoint') ?? properties.get('baseUrl')
  if (url === undefined) throw unsupported(`an address of type "${type}" needs a URL.`)
  return httpSource(url, properties, address, now)
}

const unsupported = (why: string) =>
  new ProblemError('source-unsupported', `The source cannot be read: ${why}`, {
    nextStep:
      'Give {"type":"https","url":…}, an HttpData or AmazonS3 address, or an endpoint data reference.',
  })

function httpSource(
  url: string,
  properties: ReadonlyMap<string, string>,
  address: unknown,
  now: Date,
): HttpSource {
  const target = properties.has('baseUrl') ? joinedUrl(url, properties) : url
  if (!URL.canParse(target) || !/^https?:$/.test(new URL(target).protocol)) {
    throw unsupported('its URL is not an http(s) URL.')
  }
  const headers: Record<string, string> = {
    ...givenHeaders(address),
    ...prefixedHeaders(properties),
  }
  const authorization = authorizationHeader(properties)
  if (authorization !== undefined) headers[authorization.name] = authorization.value
  for (const [name, value] of Object.entries(headers)) {
    if (!headerPattern.test(name) || /[\r\n\0]/.test(value))
      throw unsupported('a header is malformed.')
  }
  return {
    type: 'http',
    url: target,
    headers,
    refresh: edrRefresh(properties),
    ...expiry(properties, now),
  }
}

/** EDC's HttpData: `path` and `queryParams` are parts of the URL. */
function joinedUrl(baseUrl: string, properties: ReadonlyMap<string, string>): string {
  const path = properties.get('path')
  const query = properties.get('queryParams')
  const withPath = path ? `${baseUrl.replace(/\/$/, '')}/${path.replace(/^\//, '')}` : baseUrl
  return query ? `${withPath}${withPath.includes('?') ? '&' : '?'}${query}` : withPath
}

function givenHeaders(address: unknown): Record<string, string> {
  const given = (address as { headers?: unknown }).headers
  if (typeof given !== 'object' || given === null) return {}
  return Object.fromEntries(
    Object.entries(given).map(([name, value]: [string, unknown]) => {
      if (typeof value === 'object' && value !== null) throw unsupported('a header is malformed.')
      return [name, String(value)]
    }),
  )
}

function prefixedHeaders(properties: ReadonlyMap<string, string>): Record<string, string> {
  const found = [...properties].filter(([name]) => name.startsWith('header:'))
  return Object.fromEntries(found.map(([name, value]) => [name.slice('header:'.length), value]))
}

/** `authKey`/`authCode` as in HttpData; `authorization` with `authType` as in an endpoint data reference. */
function authorizationHeader(properties: ReadonlyMap<string, string>) {
  const key = properties.get('authKey')
  const code = properties.get('authCode')
  if (key !== undefined && code !== undefined) return { name: key, value: code }
  const token = properties.get('authorization')
  if (token === undefined) return undefined
  const bearer = properties.get('authType')?.toLowerCase() === 'bearer' && !/^bearer /i.test(token)
  return { name: 'Authorization', value: bearer ? `Bearer ${token}` : token }
}

function edrRefresh(properties: ReadonlyMap<string, string>): EdrRefresh | null {
  const endpoint = properties.get('refreshEndpoint')
  const token = properties.get('refreshToken')
  if (endpoint === undefined || token === undefined) return null
  return { endpoint, token, audience: properties.get('refreshAudience') ?? null }
}

function expiry(properties: ReadonlyMap<string, string>, now: Date): { expiresAt?: string } {
  const seconds = Number(properties.get('expiresIn'))
  if (!(seconds > 0 && seconds < 1e9)) return {}
  return { expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() }
}

function s3Source(properties: ReadonlyMap<string, string>): S3Source {
  const required = (...names: string[]): string => {
    const value = names.map((name) => properties.get(name)).find((found) => found !== undefined)
    if (value === undefined) throw unsupported(`an AmazonS3 address needs "${names[0] ?? ''}".`)
    return value
  }
  return {
    type: 's3',
    endpoint: properties.get('endpointOverride') ?? properties.get('endpoint') ?? null,
    region: properties.get('region') ?? 'us-east-1',
    bucket: required('bucketName'),
    key: required('objectName', 'keyName', 'key'),
    accessKeyId: required('accessKeyId'),
    secretAccessKey: required('secretAccessKey'),
    sessionToken: properties.get('sessionToken') ?? null,
  }
}

/** Whether an address carries everything that the token renewal profile demands (Data Plane Signaling 1.7). */
export function isRenewable(address: unknown): boolean {
  const properties = addressProperties(address)
  return ['refreshToken', 'expiresIn', 'refreshEndpoint'].every((name) => properties?.has(name))
}

/** Type and origin: all of an address that people and logs may see. */
export function summariseSource(source: Source): {
  readonly type: string
  readonly origin: string
} {
  if (source.type === 'http') return { type: 'http', origin: new URL(source.url).origin }
  return { type: 's3', origin: source.endpoint ?? `s3:${source.region}` }
}
