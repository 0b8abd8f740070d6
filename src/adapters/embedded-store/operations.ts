import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'

/** An operation: the action that a policy must allow, and whether sessions can have it at all. */
interface Operation {
  readonly action: string
  readonly ownerOnly?: true
}

const ownerOnly = true

export const serviceOperations = {
  ListBuckets: { action: 's3:ListAllMyBuckets', ownerOnly },
} as const satisfies Record<string, Operation>

export const bucketOperations = {
  CreateBucket: { action: 's3:CreateBucket', ownerOnly },
  HeadBucket: { action: 's3:ListBucket' },
  DeleteBucket: { action: 's3:DeleteBucket', ownerOnly },
  GetBucketLocation: { action: 's3:GetBucketLocation' },
  GetBucketVersioning: { action: 's3:GetBucketVersioning' },
  GetBucketAcl: { action: 's3:GetBucketAcl', ownerOnly },
  GetBucketPolicy: { action: 's3:GetBucketPolicy', ownerOnly },
  GetBucketPolicyStatus: { action: 's3:GetBucketPolicyStatus', ownerOnly },
  PutBucketPolicy: { action: 's3:PutBucketPolicy', ownerOnly },
  DeleteBucketPolicy: { action: 's3:DeleteBucketPolicy', ownerOnly },
  GetBucketTagging: { action: 's3:GetBucketTagging', ownerOnly },
  PutBucketTagging: { action: 's3:PutBucketTagging', ownerOnly },
  DeleteBucketTagging: { action: 's3:PutBucketTagging', ownerOnly },
  GetLifecycle: { action: 's3:GetLifecycleConfiguration', ownerOnly },
  PutLifecycle: { action: 's3:PutLifecycleConfiguration', ownerOnly },
  DeleteLifecycle: { action: 's3:PutLifecycleConfiguration', ownerOnly },
  GetPublicAccessBlock: { action: 's3:GetBucketPublicAccessBlock', ownerOnly },
  PutPublicAccessBlock: { action: 's3:PutBucketPublicAccessBlock', ownerOnly },
  DeletePublicAccessBlock: { action: 's3:PutBucketPublicAccessBlock', ownerOnly },
  GetAbsentSetting: { action: 's3:GetBucketSetting', ownerOnly },
  ListObjects: { action: 's3:ListBucket' },
  ListObjectVersions: { action: 's3:ListBucketVersions' },
  ListMultipartUploads: { action: 's3:ListBucketMultipartUploads' },
  /** Each key is asked for by itself. */
  DeleteObjects: { action: 's3:DeleteObject' },
  Unsupported: { action: 's3:Unsupported', ownerOnly },
} as const satisfies Record<string, Operation>

export const objectOperations = {
  GetObject: { action: 's3:GetObject' },
  HeadObject: { action: 's3:GetObject' },
  GetObjectAttributes: { action: 's3:GetObject' },
  PutObject: { action: 's3:PutObject' },
  CopyObject: { action: 's3:PutObject' },
  DeleteObject: { action: 's3:DeleteObject' },
  CreateMultipartUpload: { action: 's3:PutObject' },
  UploadPart: { action: 's3:PutObject' },
  UploadPartCopy: { action: 's3:PutObject' },
  CompleteMultipartUpload: { action: 's3:PutObject' },
  AbortMultipartUpload: { action: 's3:AbortMultipartUpload' },
  ListParts: { action: 's3:ListMultipartUploadParts' },
  GetObjectAcl: { action: 's3:GetObjectAcl', ownerOnly },
  GetObjectTagging: { action: 's3:GetObjectTagging' },
  PutObjectTagging: { action: 's3:PutObjectTagging' },
  DeleteObjectTagging: { action: 's3:DeleteObjectTagging' },
  UnsupportedOnObject: { action: 's3:Unsupported', ownerOnly },
} as const satisfies Record<string, Operation>

export type ServiceOperation = keyof typeof serviceOperations
export type BucketOperation = keyof typeof bucketOperations
export type ObjectOperation = keyof typeof objectOperations

export type Routed =
  | { readonly level: 'service'; readonly name: ServiceOperation }
  | { readonly level: 'bucket'; readonly name: BucketOperation; readonly bucket: string }
  | {
      readonly level: 'object'
      readonly name: ObjectOperation
      readonly bucket: string
      readonly key: string
    }

/** Action and reach of a routed operation. */
export function operationOf(routed: Routed): Operation {
  if (routed.level === 'service') return serviceOperations[routed.name]
  return routed.level === 'bucket' ? bucketOperations[routed.name] : objectOperations[routed.name]
}

/** By method and subresource. */
const bucketRoutes: Readonly<Record<string, BucketOperation>> = {
  'GET ': 'ListObjects',
  'HEAD ': 'HeadBucket',
  'PUT ': 'CreateBucket',
  'DELETE ': 'DeleteBucket',
  'GET location': 'GetBucketLocation',
  'GET versioning': 'GetBucketVersioning',
  'GET acl': 'GetBucketAcl',
  'GET policy': 'GetBucketPolicy',
  'GET policyStatus': 'GetBucketPolicyStatus',
  'PUT policy': 'PutBucketPolicy',
  'DELETE policy': 'DeleteBucketPolicy',
  'GET tagging': 'GetBucketTagging',
  'PUT tagging': 'PutBucketTagging',
  'DELETE tagging': 'DeleteBucketTagging',
  'GET lifecycle': 'GetLifecycle',
  'PUT lifecycle': 'PutLifecycle',
  'DELETE lifecycle': 'DeleteLifecycle',
  'GET publicAccessBlock': 'GetPublicAccessBlock',
  'PUT publicAccessBlock': 'PutPublicAccessBlock',
  'DELETE publicAccessBlock': 'DeletePublicAccessBlock',
  'GET uploads': 'ListMultipartUploads',
  'GET versions': 'ListObjectVersions',
  'POST delete': 'DeleteObjects',
}

const objectRoutes: Readonly<Record<string, ObjectOperation>> = {
  'GET ': 'GetObject',
  'HEAD ': 'HeadObject',
  'PUT ': 'PutObject',
  'DELETE ': 'DeleteObject',
  'GET acl': 'GetObjectAcl',
  'GET attributes': 'GetObjectAttributes',
  'GET tagging': 'GetObjectTagging',
  'PUT tagging': 'PutObjectTagging',
  'DELETE tagging': 'DeleteObjectTagging',
  'POST uploads': 'CreateMultipartUpload',
  'PUT uploadId': 'UploadPart',
  'POST uploadId': 'CompleteMultipartUpload',
  'DELETE uploadId': 'AbortMultipartUpload',
  'GET uploadId': 'ListParts',
}

/** Settings that no bucket here has, with the code that says so. */
export const absentSettings = {
  cors: 'NoSuchCORSConfiguration',
  encryption: 'ServerSideEncryptionConfigurationNotFoundError',
  website: 'NoSuchWebsiteConfiguration',
  replication: 'ReplicationConfigurationNotFoundError',
  'object-lock': 'ObjectLockConfigurationNotFoundError',
  ownershipControls: 'OwnershipControlsNotFoundError',
  'intelligent-tiering': 'NoSuchConfiguration',
  inventory: 'NoSuchConfiguration',
  analytics: 'NoSuchConfiguration',
  metrics: 'NoSuchConfiguration',
} as const

const subresources = new Set([
  ...[...Object.keys(bucketRoutes), ...Object.keys(objectRoutes)].map(
    (route) => route.split(' ')[1] ?? '',
  ),
  ...Object.keys(absentSettings),
  ...['accelerate', 'legal-hold', 'logging', 'notification', 'requestPayment', 'restore'],
  ...['retention', 'select', 'session', 'torrent', 'append', 'renameObject', 'abac', 'annotation'],
  ...['metadataConfiguration', 'metadataTable', 'metadataAnnotationTable'],
  ...['metadataInventoryTable', 'metadataJournalTable'],
])

/** Parameters that mean something without a value. */
const parameters = new Set([
  ...['prefix', 'delimiter', 'marker', 'key-marker', 'version-id-marker', 'upload-id-marker'],
  ...['continuation-token', 'start-after', 'encoding-type', 'fetch-owner', 'list-type', 'max-keys'],
  ...['max-uploads', 'max-parts', 'part-number-marker', 'partNumber', 'versionId'],
])

/**
 * A name without a value is how S3 names a subresource. One that is not known here is not overlooked: else a request to
 * delete something of an object would delete the object.
 */
const isSubresource = (name: string, value: string): boolean =>
  subresources.has(name) ||
  (value === '' && !parameters.has(name) && !/^(x-|response-)/i.test(name))

/** Finds the operation of a request. Throws MethodNotAllowed for methods that S3 does not use. */
export function route(request: S3Request): Routed {
  const { method, bucket, key, query } = request
  if (!['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].includes(method))
    throw new S3Error('MethodNotAllowed')
  const found = [...query]
    .filter(([name, value]) => name !== '' && isSubresource(name, value))
    .map(([name]) => name)
  if (found.length > 1) throw new S3Error('InvalidArgument', 'Two subresources are named at once.')
  const subresource = found[0] ?? ''
  if (bucket === undefined) {
    if (method === 'GET' && subresource === '') return { level: 'service', name: 'ListBuckets' }
    throw new S3Error('MethodNotAllowed')
  }
  const place = `${method} ${subresource}`
  if (key === undefined) {
    const absent = method === 'GET' && subresource in absentSettings
    const name = bucketRoutes[place] ?? (absent ? 'GetAbsentSetting' : 'Unsupported')
    return { level: 'bucket', name, bucket }
  }
  const copies = method === 'PUT' && request.headers.has('x-amz-copy-source')
  const name = objectRoutes[place] ?? 'UnsupportedOnObject'
  return { level: 'object', name: copies ? copying(name) : name, bucket, key }
}

function copying(name: ObjectOperation): ObjectOperation {
  if (name === 'PutObject') return 'CopyObject'
  if (name === 'UploadPart') return 'UploadPartCopy'
  throw new S3Error('InvalidArgument', 'x-amz-copy-source is not for this operation.')
}
