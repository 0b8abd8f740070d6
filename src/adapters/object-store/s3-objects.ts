import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { ObjectInfo, ObjectStore } from '../../application/ports/object-store.ts'
import { FailureError } from '../../domain/failure.ts'
import { beginWithin } from '../egress/begin-within.ts'
import { withIdleLimit } from '../egress/idle-limit.ts'
import { quotedEtag } from './etag.ts'
import { isMissing, storeCall, storeError, storeLimits } from './s3-fault.ts'
import { conditionFields, uploadScope } from './s3-uploads.ts'

type ObjectCalls = Pick<ObjectStore, 'head' | 'list' | 'read' | 'put' | 'delete' | 'measure'>

/** Reading, writing and listing of objects. */
export function objectCalls(client: S3Client): ObjectCalls {
  const list: ObjectCalls['list'] = (bucket, options, signal) =>
    listObjects(client, bucket, options, signal)
  return {
    head: (bucket, key, signal) => headObject(client, bucket, key, signal),
    list,
    read: (bucket, key, options, signal) => readObject(client, bucket, key, options, signal),
    put: (bucket, key, body, { contentType, ...condition }, signal) =>
      storeCall(uploadScope(body.byteLength, signal), async (options) => {
        const command = new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentLength: body.byteLength,
          ...(contentType === undefined ? {} : { ContentType: contentType }),
          ...conditionFields(condition),
        })
        return { etag: quotedEtag((await client.send(command, options)).ETag) }
      }),
    delete: async (bucket, key, signal) => {
      await storeCall(
        small(signal),
        (options) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), options),
        (fault) => (isMissing(fault) ? null : undefined),
      )
    },
    measure: (bucket, signal) => measure(list, bucket, signal),
  }
}

const small = (signal: AbortSignal | undefined) => ({ signal, limitMs: storeLimits.smallMs })

async function headObject(client: S3Client, bucket: string, key: string, signal?: AbortSignal) {
  const answer = await storeCall(
    small(signal),
    (options) =>
      client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
        options,
      ),
    (fault) => (isMissing(fault) ? null : undefined),
  )
  return answer === null ? null : objectInfo(key, answer)
}

async function listObjects(
  client: S3Client,
  bucket: string,
  { prefix, after, limit = 1000 }: { prefix: string; after?: string; limit?: number },
  signal?: AbortSignal,
) {
  const answer = await storeCall(small(signal), (options) =>
    client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: Math.min(limit, 1000),
        ...(after === undefined ? {} : { StartAfter: after }),
      }),
      options,
    ),
  )
  const objects = (answer.Contents ?? []).map((entry) => ({
    key: entry.Key ?? '',
    bytes: entry.Size ?? 0,
    etag: quotedEtag(entry.ETag),
    lastModified: entry.LastModified ?? new Date(0),
    sha256: null,
  }))
  const next = answer.IsTruncated === true ? (objects.at(-1)?.key ?? null) : null
  return { objects, next }
}

async function readObject(
  client: S3Client,
  bucket: string,
  key: string,
  { range, ifMatch }: { range?: { start: number; end: number }; ifMatch?: string },
  signal?: AbortSignal,
) {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` }),
    ...(ifMatch === undefined ? {} : { IfMatch: ifMatch }),
  })
  const answer = await beginWithin(storeLimits.readMs, signal, noAnswer, (abortSignal) =>
    storeCall(
      { signal: abortSignal, limitMs: storeLimits.completeMs },
      () => client.send(command, { abortSignal }),
      (fault) => (isMissing(fault) ? null : undefined),
    ),
  )
  if (answer === null) return null
  return { info: objectInfo(key, answer), body: objectBody(answer, signal) }
}

const noAnswer = () => new FailureError('store-unavailable', 'The object store did not answer.')

function objectBody(answer: GetObjectCommandOutput, signal: AbortSignal | undefined): Readable {
  if (!(answer.Body instanceof Readable)) return Readable.from([])
  return withIdleLimit(answer.Body, {
    idleMs: storeLimits.readMs,
    onIdle: () => new FailureError('store-unavailable', 'The object store stopped sending.'),
    onError: storeError,
    signal,
  })
}

/** `bytes` is the size of the whole object, also for a range. */
function objectInfo(
  key: string,
  answer: HeadObjectCommandOutput | GetObjectCommandOutput,
): ObjectInfo {
  const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]
  return {
    key,
    bytes: total === undefined ? (answer.ContentLength ?? 0) : Number(total),
    etag: quotedEtag(answer.ETag),
    lastModified: answer.LastModified ?? new Date(0),
    sha256: wholeSha256(answer.ChecksumSHA256, answer.ChecksumType),
  }
}

/** A checksum of checksums (`…-<parts>`) says nothing about the whole object. */
function wholeSha256(checksum: string | undefined, type: string | undefined): string | null {
  if (checksum === undefined || type === 'COMPOSITE' || checksum.includes('-')) return null
  return Buffer.from(checksum, 'base64').toString('hex')
}

async function measure(list: ObjectCalls['list'], bucket: string, signal: AbortSignal) {
  const total = { objects: 0, bytes: 0 }
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<ObjectCalls['list']>> = await list(
      bucket,
      after === null ? { prefix: '' } : { prefix: '', after },
      signal,
    )
    total.objects += page.objects.length
    total.bytes += page.objects.reduce((sum, { bytes }) => sum + bytes, 0)
    after = page.next
  } while (after !== null)
  return total
}
