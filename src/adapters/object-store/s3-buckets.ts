import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { ObjectStore } from '../../application/ports/object-store.ts'
import { FailureError } from '../../domain/failure.ts'
import { setAccess, type AccessSettings } from './s3-access.ts'
import { isMissingBucket, isUnsupported, storeCall, storeLimits } from './s3-fault.ts'

type BucketCalls = Pick<ObjectStore, 'ensureBucket' | 'setAccess' | 'deleteBucket' | 'listBuckets'>

export interface BucketSettings extends AccessSettings {
  readonly installationId: string
  readonly bucketPrefix?: string
}

const workspaceTag = 'workspace'
const installationTag = 'installation'
const tagReadsAtOnce = 8

/** Making, marking, closing and removing of buckets. */
export function bucketCalls(client: S3Client, settings: BucketSettings): BucketCalls {
  return {
    ensureBucket: (bucket, workspaceId, signal) =>
      ensureBucket(client, bucket, { workspaceId, ...settings }, signal),
    setAccess: (bucket, access, signal) => setAccess(client, settings, bucket, access, signal),
    deleteBucket: async (bucket, signal) => {
      await storeCall(
        small(signal),
        (options) => client.send(new DeleteBucketCommand({ Bucket: bucket }), options),
        (fault) => (isMissingBucket(fault) ? null : undefined),
      )
    },
    listBuckets: (signal) => listBuckets(client, settings, signal),
  }
}

const small = (signal: AbortSignal) => ({ signal, limitMs: storeLimits.smallMs })

interface Owner {
  readonly workspaceId: string
  readonly installationId: string
}

/**
 * Some stores answer a second CreateBucket of the owner with success, so the tags are asked first. A bucket
 * without tags is one that was made just before a crash, if it is empty.
 */
async function ensureBucket(client: S3Client, bucket: string, owner: Owner, signal: AbortSignal) {
  let tags = await bucketTags(client, bucket, signal)
  if (tags === null) {
    await createBucket(client, bucket, signal)
    tags = await bucketTags(client, bucket, signal)
  }
  if (tags === null || tags.size === 0) {
    await refuseFilled(client, bucket, signal)
    await tagBucket(client, bucket, owner, signal)
  } else if (
    tags.get(workspaceTag) !== owner.workspaceId ||
    tags.get(installationTag) !== owner.installationId
  ) {
    throw notOurs(bucket)
  }
  await Promise.all([
    expireUnfinishedUploads(client, bucket, signal),
    ignorePublicAccess(client, bucket, signal),
  ])
}

const notOurs = (bucket: string) =>
  new FailureError('internal', `The bucket ${bucket} exists and belongs to something else.`)

async function createBucket(client: S3Client, bucket: string, signal: AbortSignal) {
  const created = await storeCall(
    small(signal),
    (options) => client.send(new CreateBucketCommand({ Bucket: bucket }), options),
    (fault) => {
      if (fault.code === 'BucketAlreadyOwnedByYou') return 'already-ours'
      return fault.code === 'BucketAlreadyExists' || fault.status === 409 ? 'taken' : undefined
    },
  )
  if (created === 'taken') throw notOurs(bucket)
}

/** Null: no such bucket. A bucket whose tags we may not read is not ours. */
async function bucketTags(
  client: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string> | null> {
  const answer = await storeCall(
    small(signal),
    (options) => client.send(new GetBucketTaggingCommand({ Bucket: bucket }), options),
    (fault) => {
      if (fault.code === 'NoSuchTagSet' || fault.code === 'NoSuchTagSetError') return 'no-tags'
      if (isMissingBucket(fault)) return 'no-bucket'
      return fault.status === 403 ? 'refused' : undefined
    },
  )
  if (answer === 'no-bucket') return null
  if (answer === 'no-tags') return new Map()
  if (answer === 'refused') throw notOurs(bucket)
  return new Map((answer.TagSet ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}

async function refuseFilled(client: S3Client, bucket: string, signal: AbortSignal) {
  const listed = await storeCall(small(signal), (options) =>
    client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), options),
  )
  if ((listed.Contents ?? []).length > 0) throw notOurs(bucket)
}

async function tagBucket(client: S3Client, bucket: string, owner: Owner, signal: AbortSignal) {
  const TagSet = [
    { Key: workspaceTag, Value: owner.workspaceId },
    { Key: installationTag, Value: owner.installationId },
  ]
  await storeCall(small(signal), (options) =>
    client.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }), options),
  )
}

async function expireUnfinishedUploads(client: S3Client, bucket: string, signal: AbortSignal) {
  const rule = {
    ID: 'unfinished-uploads',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  } as const
  await storeCall(
    small(signal),
    (options) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: bucket,
          LifecycleConfiguration: { Rules: [rule] },
        }),
        options,
      ),
    (fault) => (isUnsupported(fault) ? null : undefined),
  )
}

/**
 * Ignoring public ACLs is all that works everywhere: BlockPublicAcls makes Ceph refuse every put. A store that
 * already ignores them (AWS blocks everything by default) keeps its own, stricter setting.
 */
async function ignorePublicAccess(client: S3Client, bucket: string, signal: AbortSignal) {
  const current = await storeCall(
    small(signal),
    (options) => client.send(new GetPublicAccessBlockCommand({ Bucket: bucket }), options),
    (fault) => (fault.status === 404 || isUnsupported(fault) ? null : undefined),
  )
  if (current?.PublicAccessBlockConfiguration?.IgnorePublicAcls === true) return
  const PublicAccessBlockConfiguration = { IgnorePublicAcls: true }
  await storeCall(
    small(signal),
    (options) =>
      client.send(
        new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }),
        options,
      ),
    (fault) => (isUnsupported(fault) ? null : undefined),
  )
}

async function listBuckets(client: S3Client, settings: BucketSettings, signal: AbortSignal) {
  const listed = await storeCall(small(signal), (options) =>
    client.send(new ListBucketsCommand({}), options),
  )
  const names = (listed.Buckets ?? [])
    .flatMap(({ Name }) => (Name === undefined ? [] : [Name]))
    .filter((name) => name.startsWith(settings.bucketPrefix ?? ''))
  const ours: string[] = []
  for (let at = 0; at < names.length; at += tagReadsAtOnce) {
    const some = names.slice(at, at + tagReadsAtOnce)
    const marks = await Promise.all(some.map((name) => isOurs(client, settings, name, signal)))
    ours.push(...some.filter((_, index) => marks[index]))
  }
  return ours
}

async function isOurs(
  client: S3Client,
  settings: BucketSettings,
  bucket: string,
  signal: AbortSignal,
) {
  const answer = await storeCall(
    small(signal),
    (options) => client.send(new GetBucketTaggingCommand({ Bucket: bucket }), options),
    (fault) => (fault.status === 404 || fault.status === 403 ? null : undefined),
  )
  return (answer?.TagSet ?? []).some(
    ({ Key, Value }) => Key === installationTag && Value === settings.installationId,
  )
}
