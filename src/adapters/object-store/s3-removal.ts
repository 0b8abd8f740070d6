import {
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { ObjectStore, RemovalCount } from '../../application/ports/object-store.ts'
import { FailureError } from '../../domain/failure.ts'
import { isMissingBucket, isUnsupported, storeCall, storeLimits } from './s3-fault.ts'

type UploadRemoval = Pick<ObjectStore, 'listUploads' | 'abortUpload'>

interface Found {
  readonly id: ObjectIdentifier
  readonly bytes: number
}

const small = (signal: AbortSignal) => ({ signal, limitMs: storeLimits.smallMs })

/**
 * Deletes objects (with their versions, where the bucket keeps versions) and unfinished uploads, again
 * until a full listing is empty. A bucket that is gone is empty.
 */
export async function emptyBucket(
  client: S3Client,
  uploads: UploadRemoval,
  bucket: string,
  signal: AbortSignal,
): Promise<RemovalCount> {
  const total = { objects: 0, bytes: 0, uploads: 0 }
  const kept = await keptVersions(client, bucket, signal)
  if (kept === 'no-bucket') return total
  const find = kept === 'versions' ? findVersions : findObjects
  for (;;) {
    const found = await find(client, bucket, signal)
    const unfinished = await uploads.listUploads(bucket, '', signal)
    if (found.length === 0 && unfinished.length === 0) return total
    if (found.length > 0) await deleteObjects(client, bucket, found, signal)
    total.objects += found.length
    total.bytes += found.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { key, uploadId } of unfinished) {
      await uploads.abortUpload(bucket, key, uploadId, signal)
      total.uploads += 1
    }
  }
}

async function keptVersions(client: S3Client, bucket: string, signal: AbortSignal) {
  const answer = await storeCall(
    small(signal),
    (options) => client.send(new GetBucketVersioningCommand({ Bucket: bucket }), options),
    (fault) => {
      if (isMissingBucket(fault)) return 'no-bucket'
      return isUnsupported(fault) ? 'no-versions' : undefined
    },
  )
  if (typeof answer === 'string') return answer
  return answer.Status === undefined ? 'no-versions' : 'versions'
}

async function findObjects(
  client: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const page = await storeCall(small(signal), (options) =>
    client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1000 }), options),
  )
  return (page.Contents ?? []).map(({ Key, Size = 0 }) => ({ id: { Key }, bytes: Size }))
}

async function findVersions(
  client: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const page = await storeCall(small(signal), (options) =>
    client.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1000 }), options),
  )
  const versions = (page.Versions ?? []).map(({ Key, VersionId, Size = 0 }) => ({
    id: { Key, VersionId },
    bytes: Size,
  }))
  const markers = (page.DeleteMarkers ?? []).map(({ Key, VersionId }) => ({
    id: { Key, VersionId },
    bytes: 0,
  }))
  return [...versions, ...markers]
}

async function deleteObjects(
  client: S3Client,
  bucket: string,
  found: readonly Found[],
  signal: AbortSignal,
) {
  const command = new DeleteObjectsCommand({
    Bucket: bucket,
    Delete: { Quiet: true, Objects: found.map(({ id }) => id) },
  })
  const { Errors = [] } = await storeCall(small(signal), (options) => client.send(command, options))
  if (Errors.length === 0) return
  throw new FailureError(
    'store-unavailable',
    `The object store did not delete ${Errors.length} objects (${Errors[0]?.Code ?? 'no reason'}).`,
  )
}
