import type { ServerResponse } from 'node:http'
import { checksumHeader } from './checksums.ts'
import { readConditions } from './conditions.ts'
import { emptyReply, xmlReply, type Exchange, type ObjectHandler, type Reply } from './exchange.ts'
import { sendSlices, slicesOf, type Slice } from './object-stream.ts'
import { readRange, type Range } from './ranges.ts'
import { S3Error } from './s3-error.ts'
import { toHeaderValue } from './s3-request.ts'
import type { StoredObject, StoredPart } from './stored.ts'
import { element, fragment, optional, xmlDocument } from './xml.ts'

const overrides = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
]

/** Finds what is to be read. Without the right to list, a missing key looks like a forbidden one. */
export function findReadable(exchange: Exchange, bucket: string, key: string): StoredObject {
  const { store, request } = exchange
  store.buckets.get(bucket)
  const versionId = request.query.get('versionId') ?? 'null'
  if (versionId !== 'null') throw new S3Error('NoSuchVersion')
  const object = store.objects.find(bucket, key)
  if (object !== undefined) return object
  if (!exchange.allows('s3:ListBucket', bucket)) throw new S3Error('AccessDenied')
  throw new S3Error('NoSuchKey', undefined, { Key: key })
}

/** Headers that describe the object itself, whole or in part. */
export function objectHeaders(object: StoredObject): Record<string, string> {
  const tagCount = Object.keys(object.tags).length
  return {
    'content-type': 'binary/octet-stream',
    ...object.attributes.headers,
    ...Object.fromEntries(
      Object.entries(object.attributes.metadata).map(([name, value]) => [
        `x-amz-meta-${name}`,
        value,
      ]),
    ),
    ...(tagCount > 0 ? { 'x-amz-tagging-count': String(tagCount) } : {}),
    etag: `"${object.etag}"`,
    'last-modified': object.modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
  }
}

export function checksumHeaders(object: StoredObject): Record<string, string> {
  const { checksum } = object
  if (checksum === undefined) return {}
  return {
    [checksumHeader(checksum.algorithm)]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }
}

interface Reading {
  readonly object: StoredObject
  readonly reply: Reply
  readonly range: Range | undefined
  readonly parts: readonly StoredPart[]
}

function describe(exchange: Exchange, bucket: string, key: string): Reading {
  const { request, store } = exchange
  const object = findReadable(exchange, bucket, key)
  const common = { etag: `"${object.etag}"`, 'last-modified': object.modifiedAt.toUTCString() }
  if (readConditions(request.headers, object) === 'not-modified')
    return { object, reply: emptyReply(304, common), range: undefined, parts: [] }
  const parts = store.objects.parts(object)
  const partNumber = request.query.get('partNumber')
  const range =
    partNumber === undefined
      ? readRange(request.headers.get('range'), object.size)
      : rangeOfPart(request, parts, partNumber)
  const headers: Record<string, string> = { ...objectHeaders(object), ...overridden(exchange) }
  const isWhole = range === undefined || (range.start === 0 && range.end === object.size - 1)
  if (request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && isWhole)
    Object.assign(headers, checksumHeaders(object))
  if (partNumber !== undefined && object.etag.includes('-'))
    headers['x-amz-mp-parts-count'] = String(parts.length)
  const bytes = range === undefined ? object.size : range.end - range.start + 1
  headers['content-length'] = String(bytes)
  if (range !== undefined)
    headers['content-range'] = `bytes ${range.start}-${range.end}/${object.size}`
  return { object, reply: { status: range === undefined ? 200 : 206, headers }, range, parts }
}

function rangeOfPart(
  request: Exchange['request'],
  parts: readonly StoredPart[],
  partNumber: string,
): Range | undefined {
  if (request.headers.has('range'))
    throw new S3Error('InvalidRequest', 'Range and partNumber exclude each other.')
  if (!/^\d{1,5}$/.test(partNumber)) throw new S3Error('InvalidArgument')
  const index = Number(partNumber) - 1
  const part = parts[index]
  if (part === undefined) throw new S3Error('InvalidRange', 'The object has no such part.')
  if (part.size === 0) return undefined
  const start = parts.slice(0, index).reduce((sum, { size }) => sum + size, 0)
  return { start, end: start + part.size - 1 }
}

function overridden(exchange: Exchange): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of overrides) {
    const value = exchange.request.query.get(`response-${name}`)
    if (value === undefined) continue
    found[name] = toHeaderValue(value)
  }
  return found
}

export const headObject: ObjectHandler = (exchange, bucket, key) =>
  describe(exchange, bucket, key).reply

export const getObject: ObjectHandler = (exchange, bucket, key) => {
  const { reply, object, range, parts } = describe(exchange, bucket, key)
  if (reply.status === 304) return reply
  const { files } = exchange.store
  const slices: readonly Slice[] = slicesOf(parts, range ?? { start: 0, end: object.size - 1 })
  const release = files.pin(slices.map(({ file }) => file))
  return {
    ...reply,
    stream: async (response: ServerResponse) => {
      try {
        await sendSlices(files, slices, response)
      } finally {
        await release()
      }
    },
  }
}

export const getObjectAttributes: ObjectHandler = (exchange, bucket, key) => {
  const object = findReadable(exchange, bucket, key)
  const wanted = new Set(
    (exchange.request.headers.get('x-amz-object-attributes') ?? '')
      .split(',')
      .map((name) => name.trim()),
  )
  const { checksum } = object
  const parts = exchange.store.objects.parts(object)
  const content = [
    wanted.has('ETag') ? element('ETag', object.etag) : undefined,
    wanted.has('Checksum') && checksum !== undefined
      ? element(
          'Checksum',
          element(`Checksum${checksum.algorithm}`, checksum.value),
          element('ChecksumType', checksum.type),
        )
      : undefined,
    wanted.has('ObjectParts') && object.etag.includes('-')
      ? element('ObjectParts', fragment([optional('PartsCount', parts.length)]))
      : undefined,
    wanted.has('StorageClass') ? element('StorageClass', 'STANDARD') : undefined,
    wanted.has('ObjectSize') ? element('ObjectSize', object.size) : undefined,
  ]
  return xmlReply(xmlDocument('GetObjectAttributesResponse', content), {
    'last-modified': object.modifiedAt.toUTCString(),
  })
}
