import { createHash } from 'node:crypto'
import { checksumAlgorithms, checksumIn, combineChecksums, type Checksum } from './checksums.ts'
import { xmlReply, type Exchange, type ObjectHandler, type Reply } from './exchange.ts'
import { maxPartNumber } from './multipart.ts'
import type { NewObject } from './object-rows.ts'
import { readDocument } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import type { StoredUpload, UploadedPart } from './stored.ts'
import { publish } from './write-object.ts'
import {
  childOf,
  childrenOf,
  element,
  optional,
  parseXmlRoot,
  requiredText,
  xmlDocument,
  type XmlNode,
} from './xml.ts'

const maxDocumentBytes = 8 * 1024 * 1024
const minPartBytes = 5 * 1024 * 1024

interface NamedPart {
  readonly number: number
  readonly etag: string
  readonly checksum: string | undefined
}

/** Makes the parts one object: rows change, no byte is moved. Repeating it gets the same answer. */
export const completeMultipartUpload: ObjectHandler = async (exchange, bucket, key) => {
  const { store, request } = exchange
  const id = request.query.get('uploadId') ?? ''
  const document = await readDocument(exchange.body, maxDocumentBytes)
  const named = readParts(parseXmlRoot(document, 'CompleteMultipartUpload'))
  store.buckets.get(bucket)
  const upload = store.uploads.find(bucket, key, id)
  if (upload === undefined) return alreadyCompleted(exchange, bucket, key, id)
  const uploaded = store.uploads.parts(id)
  const parts = chooseParts(named, uploaded)
  const object = compose(upload, parts, store.now())
  checkAnnouncements(request.headers, object)
  const used = new Set(parts.map(({ file }) => file))
  const unused = publish(exchange, object, () => {
    store.uploads.get(bucket, key, id)
    return store.uploads.remove(id).filter((file) => !used.has(file))
  })
  await store.files.remove(unused)
  return completed(exchange, object)
}

function readParts(document: XmlNode): readonly NamedPart[] {
  const parts = childrenOf(document, 'Part').map((part): NamedPart => {
    const number = Number(requiredText(part, 'PartNumber'))
    if (!Number.isInteger(number) || number < 1 || number > maxPartNumber)
      throw new S3Error('InvalidArgument', 'A part number is not valid.')
    const checksum = checksumAlgorithms
      .map((algorithm) => childOf(part, `Checksum${algorithm}`)?.text)
      .find((value) => value !== undefined)
    return {
      number,
      etag: requiredText(part, 'ETag')
        .trim()
        .replace(/^"(.*)"$/, '$1'),
      checksum,
    }
  })
  if (parts.length === 0) throw new S3Error('MalformedXML')
  for (const [index, part] of parts.entries())
    if (index > 0 && part.number <= (parts[index - 1]?.number ?? 0))
      throw new S3Error('InvalidPartOrder')
  return parts
}

function chooseParts(
  named: readonly NamedPart[],
  uploaded: readonly UploadedPart[],
): readonly UploadedPart[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]))
  const parts = named.map(({ number, etag, checksum }) => {
    const part = byNumber.get(number)
    const isRight = part?.etag === etag && (checksum === undefined || checksum === part.checksum)
    if (part === undefined || !isRight)
      throw new S3Error('InvalidPart', undefined, { PartNumber: String(number), ETag: etag })
    return part
  })
  for (const { size, number } of parts.slice(0, -1))
    if (size < minPartBytes)
      throw new S3Error('EntityTooSmall', undefined, {
        PartNumber: String(number),
        ProposedSize: String(size),
        MinSizeAllowed: String(minPartBytes),
      })
  return parts
}

function compose(
  upload: StoredUpload,
  parts: readonly UploadedPart[],
  modifiedAt: Date,
): NewObject {
  const md5 = createHash('md5')
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'))
  return {
    bucket: upload.bucket,
    key: upload.key,
    size: parts.reduce((sum, { size }) => sum + size, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    modifiedAt,
    attributes: upload.attributes,
    tags: upload.tags,
    checksum: composeChecksum(upload, parts),
    uploadId: upload.id,
    parts: parts.map(({ number, file, size, checksum }) => ({ number, file, size, checksum })),
  }
}

/** Of the announced algorithm, or of the one that all parts happen to have. */
function composeChecksum(
  upload: StoredUpload,
  parts: readonly UploadedPart[],
): Checksum | undefined {
  const algorithm = upload.checksum?.algorithm ?? parts[0]?.checksumAlgorithm
  if (algorithm === undefined) return undefined
  const known = parts.flatMap(({ checksum, checksumAlgorithm, size }) =>
    checksum === undefined || checksumAlgorithm !== algorithm ? [] : [{ checksum, size }],
  )
  if (known.length < parts.length) return undefined
  const type = upload.checksum?.type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  return combineChecksums(algorithm, type, known)
}

function checkAnnouncements(headers: ReadonlyMap<string, string>, object: NewObject): void {
  const size = headers.get('x-amz-mp-object-size')
  if (size !== undefined && size !== String(object.size))
    throw new S3Error('InvalidRequest', 'x-amz-mp-object-size is not the size of the parts.')
  const type = headers.get('x-amz-checksum-type')
  if (type !== undefined && type !== object.checksum?.type)
    throw new S3Error('InvalidRequest', 'The checksum type is not that of the upload.')
  const announced = checksumIn(headers)
  if (announced === undefined) return
  const { checksum } = object
  if (announced.algorithm !== checksum?.algorithm || announced.value !== checksum.value)
    throw new S3Error('BadDigest', 'The checksum is not that of the parts.')
}

function alreadyCompleted(exchange: Exchange, bucket: string, key: string, id: string): Reply {
  const object = exchange.store.objects.find(bucket, key)
  if (object?.uploadId !== id || id === '')
    throw new S3Error('NoSuchUpload', undefined, { UploadId: id })
  return completed(exchange, object)
}

function completed(
  { request }: Exchange,
  object: Pick<NewObject, 'bucket' | 'key' | 'etag' | 'checksum'>,
): Reply {
  const { bucket, key, etag, checksum } = object
  const host = request.sentHeaders.get('host') ?? ''
  const content = [
    element('Location', `http://${host}${request.canonicalPath}`),
    element('Bucket', bucket),
    element('Key', key),
    element('ETag', `"${etag}"`),
    ...(checksum === undefined
      ? []
      : [
          optional(`Checksum${checksum.algorithm}`, checksum.value),
          element('ChecksumType', checksum.type),
        ]),
  ]
  return xmlReply(xmlDocument('CompleteMultipartUploadResult', content))
}
