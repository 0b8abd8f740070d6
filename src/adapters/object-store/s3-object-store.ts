import { S3Client } from '@aws-sdk/client-s3'
import type { ObjectStore } from '../../application/ports/object-store.ts'
import { bucketCalls } from './s3-buckets.ts'
import { objectCalls } from './s3-objects.ts'
import { presignGet } from './s3-presign.ts'
import { emptyBucket } from './s3-removal.ts'
import { checksumConfig, connectionLimits, type S3Settings } from './s3-settings.ts'
import { uploadCalls } from './s3-uploads.ts'

/** The service's own access to an S3 store. `destroy` closes its connections. */
export function createS3ObjectStore(settings: S3Settings): ObjectStore & { destroy(): void } {
  const client = new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    maxAttempts: 3,
    requestHandler: settings.requestHandler ?? connectionLimits,
    ...(settings.credentials === undefined ? {} : { credentials: settings.credentials }),
    ...checksumConfig(settings.checksums),
  })
  const uploads = uploadCalls(client, settings.signParts ?? true)
  return {
    endpoint: settings.endpoint,
    publicEndpoint: settings.publicEndpoint,
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    cutsSessions: settings.consumerRoleArn !== undefined,
    ...bucketCalls(client, settings),
    ...objectCalls(client),
    ...uploads,
    empty: (bucket, signal) => emptyBucket(client, uploads, bucket, signal),
    presignGet: (bucket, key, credentials, seconds) =>
      presignGet(settings, bucket, key, credentials, seconds),
    destroy: () => client.destroy(),
  }
}
