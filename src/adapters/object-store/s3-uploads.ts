import { subtle } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  type ListMultipartUploadsCommandOutput,
  type ListPartsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import {
  PreconditionError,
  type ObjectStore,
  type UploadedPart,
  type WriteCondition,
} from '../../application/ports/object-store.ts'
import { FailureError } from '../../domain/failure.ts'
import { setPayloadHash } from './payload-hash.ts'
import { multipartEtag, quotedEtag } from './etag.ts'
import { isMissing, storeCall, storeLimits, type CallScope } from './s3-fault.ts'

type UploadCalls = Pick<
  ObjectStore,
  'createUpload' | 'uploadPart' | 'listParts' | 'completeUpload' | 'abortUpload' | 'listUploads'
>

/** Multipart uploads. */
export function uploadCalls(client: S3Client, signParts: boolean): UploadCalls {
  return {
    createUpload: async (bucket, key, signal) => {
      const { UploadId } = await storeCall(small(signal), (options) =>
        client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }), options),
      )
      if (UploadId === undefined) {
        throw new FailureError('internal', 'The object store gave no id for an upload.')
      }
      return UploadId
    },
    uploadPart: (bucket, key, part, signal) =>
      uploadPart(client, signParts, { bucket, key, part }, signal),
    listParts: (bucket, key, uploadId, signal) => listParts(client, bucket, key, uploadId, signal),
    completeUpload: (bucket, key, uploadId, parts, condition, signal) =>
      completeUpload(client, { bucket, key, uploadId }, parts, condition, signal),
    abortUpload: async (Bucket, Key, UploadId, signal) => {
      await storeCall(
        small(signal),
        (options) =>
          client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), options),
        (fault) => (fault.status === 404 ? null : undefined),
      )
    },
    listUploads: (bucket, prefix, signal) => listUploads(client, bucket, prefix, signal),
  }
}

const small = (signal: AbortSignal) => ({ signal, limitMs: storeLimits.smallMs })

/** The limit of an upload grows with its size. */
export const uploadScope = (bytes: number, signal: AbortSignal | undefined): CallScope => ({
  signal,
  limitMs: storeLimits.smallMs + Math.ceil((bytes / storeLimits.uploadBytesPerSecond) * 1000),
})

/** `If-Match` and `If-None-Match` of a write. Ceph compares the former with the bare ETag; S3 takes both forms. */
export const conditionFields = ({ ifAbsent, ifMatch }: WriteCondition) => ({
  ...(ifAbsent === true ? { IfNoneMatch: '*' } : {}),
  ...(ifMatch === undefined ? {} : { IfMatch: ifMatch.replaceAll('"', '') }),
})

interface PartUpload {
  readonly bucket: string
  readonly key: string
  readonly part: Parameters<UploadCalls['uploadPart']>[2]
}

async function uploadPart(
  client: S3Client,
  signParts: boolean,
  { bucket, key, part }: PartUpload,
  signal: AbortSignal,
) {
  const command = new UploadPartCommand({
    Bucket: bucket,
    Key: key,
    UploadId: part.uploadId,
    PartNumber: part.partNumber,
    ContentLength: part.bytes,
    Body: part.body,
  })
  const hash = signParts ? await digestAside(part.body) : 'UNSIGNED-PAYLOAD'
  if (hash !== undefined) {
    command.middlewareStack.add(
      (next) => (args) => {
        setPayloadHash(args.request, hash)
        return next(args)
      },
      { step: 'build', name: 'payloadHash' },
    )
  }
  const { ETag } = await storeCall(uploadScope(part.bytes, signal), (options) =>
    client.send(command, options),
  )
  return { etag: quotedEtag(ETag) }
}

/** SHA-256 on a thread of its own, unlike that of the SDK; of a stream it is not known beforehand. */
async function digestAside(body: PartUpload['part']['body']): Promise<string | undefined> {
  if (!ArrayBuffer.isView(body) || !(body.buffer instanceof ArrayBuffer)) return undefined
  const digest = await subtle.digest('SHA-256', body as Uint8Array<ArrayBuffer>)
  return Buffer.from(digest).toString('hex')
}

async function listParts(
  client: S3Client,
  bucket: string,
  key: string,
  uploadId: string,
  signal: AbortSignal,
) {
  const parts: (UploadedPart & { readonly bytes: number })[] = []
  let marker: string | undefined
  do {
    const input = { Bucket: bucket, Key: key, UploadId: uploadId }
    const page: ListPartsCommandOutput | null = await storeCall(
      small(signal),
      (options) =>
        client.send(
          new ListPartsCommand(
            marker === undefined ? input : { ...input, PartNumberMarker: marker },
          ),
          options,
        ),
      (fault) => (fault.status === 404 ? null : undefined),
    )
    if (page === null) return null
    for (const { PartNumber = 0, ETag, Size = 0 } of page.Parts ?? []) {
      parts.push({ partNumber: PartNumber, etag: quotedEtag(ETag), bytes: Size })
    }
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
  } while (marker !== undefined)
  return parts
}

interface UploadName {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
}

/**
 * A completion whose answer was lost is repeated, by the SDK or by us, and then finds no upload, or its own object: it has
 * succeeded if the object has the ETag that these parts make. Ceph may leave the ETag out of its answer.
 */
async function completeUpload(
  client: S3Client,
  { bucket, key, uploadId }: UploadName,
  parts: readonly UploadedPart[],
  condition: WriteCondition,
  signal: AbortSignal,
): Promise<{ etag: string }> {
  const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }))
  const command = new CompleteMultipartUploadCommand({
    Bucket: bucket,
    Key: key,
    UploadId: uploadId,
    MultipartUpload: { Parts },
    ...conditionFields(condition),
  })
  const answer = await storeCall(
    { signal, limitMs: storeLimits.completeMs },
    (options) => client.send(command, options),
    (fault) => {
      if (isMissing(fault)) return 'gone'
      return fault.status === 412 ? 'refused' : undefined
    },
  )
  const completed = typeof answer === 'object'
  const said = completed ? quotedEtag(answer.ETag) : ''
  if (said !== '') return { etag: said }
  const found = await storeCall(
    small(signal),
    (options) => client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), options),
    (fault) => (isMissing(fault) ? null : undefined),
  )
  const etag = quotedEtag(found?.ETag)
  if (etag !== '' && (completed || etag === multipartEtag(parts))) return { etag }
  if (answer === 'refused') throw new PreconditionError('The object is not as expected.')
  throw new FailureError('store-unavailable', 'The unfinished upload is not there any more.')
}

async function listUploads(client: S3Client, bucket: string, prefix: string, signal: AbortSignal) {
  const uploads: { key: string; uploadId: string }[] = []
  let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}
  while (from !== undefined) {
    const input = { Bucket: bucket, Prefix: prefix, ...from }
    const page: ListMultipartUploadsCommandOutput = await storeCall(small(signal), (options) =>
      client.send(new ListMultipartUploadsCommand(input), options),
    )
    for (const { Key = '', UploadId = '' } of page.Uploads ?? []) {
      uploads.push({ key: Key, uploadId: UploadId })
    }
    from = nextUploads(page)
  }
  return uploads
}

function nextUploads(page: ListMultipartUploadsCommandOutput) {
  if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return undefined
  return page.NextUploadIdMarker === undefined
    ? { KeyMarker: page.NextKeyMarker }
    : { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
}
