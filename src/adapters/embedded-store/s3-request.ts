import type { IncomingMessage } from 'node:http'
import { S3Error } from './s3-error.ts'

/** A request as signature, policy and storage all see it: decoded exactly once. */
export interface S3Request {
  readonly id: string
  readonly method: string
  /** The path as it is signed: each byte of the decoded path in its one canonical form. */
  readonly canonicalPath: string
  /** Absent for requests to the service itself. */
  readonly bucket: string | undefined
  /** Absent for requests to a bucket. */
  readonly key: string | undefined
  readonly query: ReadonlyMap<string, string>
  /** Headers as sent and signed, names in lower case, values read as UTF-8 where they are. */
  readonly sentHeaders: ReadonlyMap<string, string>
  /**
   * Headers as sent, and `x-amz-*` headers that a presigned URL carries in its query: one character
   * for each byte, so that they go out again as they came.
   */
  readonly headers: ReadonlyMap<string, string>
}

const maxKeyBytes = 1024
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads target and headers; `hosts` are names whose subdomains are buckets. Throws InvalidURI and the like. */
export function readRequest(
  incoming: IncomingMessage,
  id: string,
  hosts: readonly string[],
): S3Request {
  const target = (incoming.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '')
  const queryStart = target.indexOf('?')
  const rawPath = queryStart < 0 ? target : target.slice(0, queryStart)
  const path = percentDecode(rawPath === '' ? '/' : rawPath)
  if (!path.startsWith('/') || path.includes('\0')) throw new S3Error('InvalidURI')
  const query = readQuery(queryStart < 0 ? '' : target.slice(queryStart + 1))
  const bareHeaders = readHeaders(incoming.rawHeaders)
  const sentHeaders = new Map(
    [...bareHeaders].map(([name, value]) => [name, decodeUtf8(value) ?? value]),
  )
  const { bucket, key } = splitPath(path, bucketOfHost(sentHeaders.get('host'), hosts))
  return {
    id,
    method: incoming.method ?? '',
    canonicalPath: escapePath(path),
    bucket,
    key,
    query,
    sentHeaders,
    headers: withHoisted(bareHeaders, query),
  }
}

function splitPath(path: string, hostBucket: string | undefined) {
  const rest = hostBucket === undefined ? path.slice(1) : `${hostBucket}${path}`
  const slash = rest.indexOf('/')
  const bucket = slash < 0 ? rest : rest.slice(0, slash)
  const key = slash < 0 ? '' : rest.slice(slash + 1)
  if (Buffer.byteLength(key) > maxKeyBytes) throw new S3Error('KeyTooLongError')
  return {
    bucket: bucket === '' && key === '' ? undefined : bucket,
    key: key === '' ? undefined : key,
  }
}

function bucketOfHost(host: string | undefined, hosts: readonly string[]): string | undefined {
  const name = host?.replace(/:\d+$/, '').toLowerCase() ?? ''
  const base = hosts.find((candidate) => name.endsWith(`.${candidate}`))
  return base === undefined ? undefined : name.slice(0, -base.length - 1)
}

/** Decodes percent-encoded UTF-8 once. Throws InvalidURI. */
export function percentDecode(text: string): string {
  if (!/^[\x21-\x7e]*$/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text))
    throw new S3Error('InvalidURI')
  const bytes = text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decodeUtf8(bytes) ?? fail('InvalidURI')
}

function decodeUtf8(latin1: string): string | undefined {
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'))
  } catch {
    return undefined
  }
}

const fail = (code: 'InvalidURI'): never => {
  throw new S3Error(code)
}

/** The encoding that Signature Version 4 prescribes: everything but unreserved characters. */
export const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const escapePath = (path: string): string => path.split('/').map(escapeUri).join('/')

function readQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const decode = (part: string) => percentDecode(part.replaceAll('+', '%20'))
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    if (query.has(name)) throw new S3Error('InvalidArgument', 'A query parameter is repeated.')
    query.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)))
  }
  return query
}

function readHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    const value = rawHeaders[index + 1] ?? ''
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return headers
}

/** Text as a header can carry it: its UTF-8 bytes, one character each. Throws InvalidArgument. */
export function toHeaderValue(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what a header cannot carry
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) throw new S3Error('InvalidArgument')
  return Buffer.from(text, 'utf8').toString('latin1')
}

const signatureParameters = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signature',
  'x-amz-signedheaders',
  'x-amz-security-token',
])

function withHoisted(
  headers: ReadonlyMap<string, string>,
  query: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const merged = new Map(headers)
  for (const [parameter, text] of query) {
    const name = parameter.toLowerCase()
    if (!name.startsWith('x-amz-') || signatureParameters.has(name)) continue
    const value = toHeaderValue(text)
    if ((merged.get(name) ?? value) !== value)
      throw new S3Error('InvalidArgument', `${name} is both a header and a query parameter.`)
    merged.set(name, value)
  }
  return merged
}
