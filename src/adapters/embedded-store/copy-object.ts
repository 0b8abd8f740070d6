import { startChecksum, type Checksum } from './checksums.ts'
import { readConditions, writeConditions } from './conditions.ts'
import { xmlReply, type Exchange, type ObjectHandler } from './exchange.ts'
import type { NewObject } from './object-rows.ts'
import { copySlices, slicesOf } from './object-stream.ts'
import { S3Error } from './s3-error.ts'
import { percentDecode } from './s3-request.ts'
import type { StoredObject, StoredPart, Tags } from './stored.ts'
import { readTagHeader } from './tags.ts'
import { readAttributes, readUploadChecksum } from './write-headers.ts'
import { maxWriteBytes, publish } from './write-object.ts'
import { element, optional, xmlDocument, type Xml } from './xml.ts'

/** Reads `x-amz-copy-source`, and finds what it names if the caller may read it. */
export function findSource(exchange: Exchange): StoredObject {
  const { store, request } = exchange
  const header = request.headers.get('x-amz-copy-source') ?? ''
  const [path = '', versionId] = header.split(/\?versionId=/)
  const decoded = percentDecode(path.replace(/^\//, '').replaceAll(' ', '%20'))
  const slash = decoded.indexOf('/')
  const bucket = decoded.slice(0, Math.max(slash, 0))
  const key = decoded.slice(slash + 1)
  if (bucket === '' || key === '')
    throw new S3Error('InvalidArgument', 'The copy source must name a bucket and a key.')
  if (!exchange.allows('s3:GetObject', bucket, key)) throw new S3Error('AccessDenied')
  if ((versionId ?? 'null') !== 'null') throw new S3Error('NoSuchVersion')
  store.buckets.get(bucket)
  const source = store.objects.find(bucket, key)
  if (source === undefined) {
    if (!exchange.allows('s3:ListBucket', bucket)) throw new S3Error('AccessDenied')
    throw new S3Error('NoSuchKey', undefined, { Key: key })
  }
  const state = readConditions(request.headers, source, 'x-amz-copy-source-')
  if (state === 'not-modified') throw new S3Error('PreconditionFailed')
  return source
}

export const copyObject: ObjectHandler = async (exchange, bucket, key) => {
  const { store, request } = exchange
  await store.files.ensureRoom(0)
  // From here to the pin nothing waits: what is found is still there when it is pinned.
  const source = findSource(exchange)
  store.buckets.get(bucket)
  writeConditions(request.headers, store.objects.find(bucket, key))
  if (source.size > maxWriteBytes)
    throw new S3Error('InvalidRequest', 'The source is too large for one copy.')
  const replaces = directive(exchange, 'x-amz-metadata-directive')
  if (!replaces && source.bucket === bucket && source.key === key)
    throw new S3Error('InvalidRequest', 'A copy to itself must change something.')
  const attributes = replaces ? readAttributes(request.headers) : source.attributes
  const tags = tagsOfCopy(exchange, source, bucket, key)
  const parts = store.objects.parts(source)
  const release = store.files.pin(parts.map(({ file }) => file))
  try {
    const checksum = await checksumOfCopy(exchange, source, parts)
    const { object, unused } = await store.files.duplicate(
      parts.map(({ file }) => file),
      (copies) => {
        const object: NewObject = {
          ...{ bucket, key, attributes, tags, checksum },
          size: source.size,
          etag: source.etag,
          modifiedAt: store.now(),
          parts: parts.map((part, index) => ({ ...part, file: copies[index] ?? part.file })),
        }
        return { object, unused: publish(exchange, object) }
      },
    )
    await store.files.remove(unused)
    return xmlReply(xmlDocument('CopyObjectResult', copyResult(object)))
  } finally {
    await release()
  }
}

function directive({ request }: Exchange, name: string): boolean {
  const value = request.headers.get(name) ?? 'COPY'
  if (value !== 'COPY' && value !== 'REPLACE') throw new S3Error('InvalidArgument')
  return value === 'REPLACE'
}

function tagsOfCopy(exchange: Exchange, source: StoredObject, bucket: string, key: string): Tags {
  const replaces = directive(exchange, 'x-amz-tagging-directive')
  const header = exchange.request.headers.get('x-amz-tagging')
  const tags = replaces ? readTagHeader(header ?? '') : source.tags
  if (!replaces && Object.keys(tags).length === 0) return tags
  if (!replaces && !exchange.allows('s3:GetObjectTagging', source.bucket, source.key))
    throw new S3Error('AccessDenied')
  if (!exchange.allows('s3:PutObjectTagging', bucket, key)) throw new S3Error('AccessDenied')
  return tags
}

/** The source's own checksum, or a full one of the algorithm that was asked for. */
async function checksumOfCopy(
  { store, request }: Exchange,
  source: StoredObject,
  parts: readonly StoredPart[],
): Promise<Checksum | undefined> {
  const wanted = readUploadChecksum(request.headers)?.algorithm
  if (wanted === undefined || wanted === source.checksum?.algorithm) return source.checksum
  const digest = startChecksum(wanted)
  const whole = { start: 0, end: source.size - 1 }
  await copySlices(store.files, slicesOf(parts, whole), (content) => {
    digest.update(content)
    return undefined
  })
  const value = digest.digest().toString('base64')
  return { algorithm: wanted, type: 'FULL_OBJECT', value }
}

/** The elements that tell what a copy has become. */
export function copyResult(copy: {
  readonly etag: string
  readonly modifiedAt: Date
  readonly checksum: Pick<Checksum, 'algorithm' | 'value'> | undefined
}): readonly (Xml | undefined)[] {
  const { checksum } = copy
  return [
    element('LastModified', copy.modifiedAt.toISOString()),
    element('ETag', `"${copy.etag}"`),
    checksum && optional(`Checksum${checksum.algorithm}`, checksum.value),
  ]
}
