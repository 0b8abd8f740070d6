import { createHash, randomBytes } from 'node:crypto'
import { checksumHeader, startChecksum } from './checksums.ts'
import { copyResult, findSource } from './copy-object.ts'
import { inTransaction } from './database.ts'
import {
  emptyReply,
  xmlReply,
  type Exchange,
  type ObjectHandler,
  type Reply,
  type Store,
} from './exchange.ts'
import { copySlices, slicesOf, type Slice } from './object-stream.ts'
import { readCopyRange } from './ranges.ts'
import { readBody, type BodyDigests, type BodySource } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import type { StoredUpload, UploadedPart } from './stored.ts'
import { readAttributes, readTagsOfWrite, readUploadChecksum } from './write-headers.ts'
import { admitBytes, maxWriteBytes } from './write-object.ts'
import { element, xmlDocument } from './xml.ts'

export const maxPartNumber = 10_000

export const createMultipartUpload: ObjectHandler = (exchange, bucket, key) => {
  const { store, request } = exchange
  store.buckets.get(bucket)
  const checksum = readUploadChecksum(request.headers)
  const upload: StoredUpload = {
    id: randomBytes(24).toString('base64url'),
    bucket,
    key,
    createdAt: store.now(),
    attributes: readAttributes(request.headers),
    tags: readTagsOfWrite(exchange, bucket, key),
    checksum,
  }
  store.uploads.create(upload)
  const content = [element('Bucket', bucket), element('Key', key), element('UploadId', upload.id)]
  return xmlReply(
    xmlDocument('InitiateMultipartUploadResult', content),
    checksum === undefined
      ? {}
      : {
          'x-amz-checksum-algorithm': checksum.algorithm,
          'x-amz-checksum-type': checksum.type,
        },
  )
}

/** The upload that the query names. Throws NoSuchUpload. */
export function uploadOf({ store, request }: Exchange, bucket: string, key: string): StoredUpload {
  store.buckets.get(bucket)
  return store.uploads.get(bucket, key, request.query.get('uploadId') ?? '')
}

function partNumberOf({ request }: Exchange): number {
  const text = request.query.get('partNumber') ?? ''
  const number = Number(text)
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > maxPartNumber)
    throw new S3Error('InvalidArgument', `Part numbers go from 1 to ${maxPartNumber}.`)
  return number
}

export const uploadPart: ObjectHandler = async (exchange, bucket, key) => {
  const upload = uploadOf(exchange, bucket, key)
  const number = partNumberOf(exchange)
  const bytes = await admitBytes(exchange)
  const part = await writePart(exchange, upload, number, (append) =>
    readBody(partBody(exchange), bytes, append, upload.checksum?.algorithm),
  )
  return emptyReply(200, {
    etag: `"${part.etag}"`,
    ...(part.checksumAlgorithm === undefined || part.checksum === undefined
      ? {}
      : { [checksumHeader(part.checksumAlgorithm)]: part.checksum }),
  })
}

/** Clients compare the ETags of their parts with the MD5; the service does not. */
const partBody = ({ body }: Exchange): BodySource => ({
  ...body,
  opaqueTag: body.isOurs && body.payloadHash === 'UNSIGNED-PAYLOAD',
})

async function writePart(
  exchange: Exchange,
  upload: StoredUpload,
  number: number,
  fill: (append: (chunk: Buffer) => Promise<void> | undefined) => Promise<BodyDigests>,
): Promise<UploadedPart> {
  const { store } = exchange
  const { part, unused } = await store.files.create(
    (draft) => fill((chunk) => draft.append(chunk)),
    (file, { size, etag, checksum }) => {
      const part: UploadedPart = {
        ...{ number, file, size, etag, modifiedAt: store.now() },
        checksumAlgorithm: checksum?.algorithm,
        checksum: checksum?.value,
      }
      return { part, unused: recordPart(exchange, upload, part) }
    },
  )
  await store.files.remove(unused)
  return part
}

function recordPart(
  exchange: Exchange,
  upload: StoredUpload,
  part: UploadedPart,
): readonly string[] {
  const { uploads, database } = exchange.store
  const wanted = upload.checksum?.algorithm
  if (wanted !== undefined && part.checksumAlgorithm !== wanted)
    throw new S3Error('InvalidRequest', `The parts of this upload have ${wanted} checksums.`)
  return inTransaction(database, () => {
    exchange.admitAgain()
    uploads.get(upload.bucket, upload.key, upload.id)
    return uploads.putPart(upload.id, part)
  })
}

export const uploadPartCopy: ObjectHandler = async (exchange, bucket, key) => {
  const { store, request } = exchange
  const source = findSource(exchange)
  const upload = uploadOf(exchange, bucket, key)
  const number = partNumberOf(exchange)
  const range = readCopyRange(request.headers.get('x-amz-copy-source-range'), source.size) ?? {
    start: 0,
    end: source.size - 1,
  }
  const bytes = range.end + 1 - range.start
  if (bytes > maxWriteBytes) throw new S3Error('EntityTooLarge')
  // Pinned before anything waits: the source may be replaced while it is copied.
  const slices = slicesOf(store.objects.parts(source), range)
  const release = store.files.pin(slices.map(({ file }) => file))
  try {
    await store.files.ensureRoom(bytes)
    const part = await writePart(exchange, upload, number, (append) =>
      copyRange(store, slices, append, upload),
    )
    return copyReply(part)
  } finally {
    await release()
  }
}

function copyReply(part: UploadedPart): Reply {
  const checksum =
    part.checksumAlgorithm === undefined || part.checksum === undefined
      ? undefined
      : { algorithm: part.checksumAlgorithm, value: part.checksum }
  return xmlReply(xmlDocument('CopyPartResult', copyResult({ ...part, checksum })))
}

async function copyRange(
  { files }: Store,
  slices: readonly Slice[],
  append: (chunk: Buffer) => Promise<void> | undefined,
  upload: StoredUpload,
): Promise<BodyDigests> {
  const md5 = createHash('md5')
  const algorithm = upload.checksum?.algorithm
  const digest = algorithm === undefined ? undefined : startChecksum(algorithm)
  await copySlices(files, slices, (content) => {
    md5.update(content)
    digest?.update(content)
    return append(content)
  })
  const value = digest?.digest().toString('base64')
  return {
    size: slices.reduce((sum, { bytes }) => sum + bytes, 0),
    etag: md5.digest('hex'),
    checksum: algorithm === undefined || value === undefined ? undefined : { algorithm, value },
  }
}

export const abortMultipartUpload: ObjectHandler = async (exchange, bucket, key) => {
  const { store } = exchange
  const upload = uploadOf(exchange, bucket, key)
  const unused = inTransaction(store.database, () => store.uploads.remove(upload.id))
  await store.files.remove(unused)
  return emptyReply(204)
}
