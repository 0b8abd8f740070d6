import * as bucket from './bucket-operations.ts'
import * as setting from './bucket-settings.ts'
import { completeMultipartUpload } from './complete-upload.ts'
import { copyObject } from './copy-object.ts'
import { deleteObject, deleteObjects } from './delete-object.ts'
import type { BucketHandler, Exchange, ObjectHandler, Reply } from './exchange.ts'
import * as lists from './list-operations.ts'
import * as uploads from './list-uploads.ts'
import * as multipart from './multipart.ts'
import * as tagging from './object-tagging.ts'
import type { BucketOperation, ObjectOperation, Routed } from './operations.ts'
import { findReadable, getObject, getObjectAttributes, headObject } from './read-object.ts'
import { S3Error } from './s3-error.ts'
import { putObject } from './write-object.ts'

const refuse = (): never => {
  throw new S3Error('NotImplemented')
}

const bucketHandlers: Readonly<Record<BucketOperation, BucketHandler>> = {
  CreateBucket: bucket.createBucket,
  HeadBucket: bucket.headBucket,
  DeleteBucket: bucket.deleteBucket,
  GetBucketLocation: bucket.getBucketLocation,
  GetBucketVersioning: bucket.getBucketVersioning,
  GetBucketAcl: bucket.getBucketAcl,
  GetBucketPolicy: setting.getBucketPolicy,
  GetBucketPolicyStatus: setting.getBucketPolicyStatus,
  PutBucketPolicy: setting.putBucketPolicy,
  DeleteBucketPolicy: setting.deleteBucketPolicy,
  GetBucketTagging: setting.getBucketTagging,
  PutBucketTagging: setting.putBucketTagging,
  DeleteBucketTagging: setting.deleteBucketTagging,
  GetLifecycle: setting.getLifecycle,
  PutLifecycle: setting.putLifecycle,
  DeleteLifecycle: setting.deleteLifecycle,
  GetPublicAccessBlock: setting.getPublicAccessBlock,
  PutPublicAccessBlock: setting.putPublicAccessBlock,
  DeletePublicAccessBlock: setting.deletePublicAccessBlock,
  GetAbsentSetting: setting.getAbsentSetting,
  ListObjects: lists.listObjects,
  ListObjectVersions: lists.listObjectVersions,
  ListMultipartUploads: uploads.listMultipartUploads,
  DeleteObjects: deleteObjects,
  Unsupported: refuse,
}

const objectHandlers: Readonly<Record<ObjectOperation, ObjectHandler>> = {
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectAttributes: getObjectAttributes,
  PutObject: putObject,
  CopyObject: copyObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: multipart.createMultipartUpload,
  UploadPart: multipart.uploadPart,
  UploadPartCopy: multipart.uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: multipart.abortMultipartUpload,
  ListParts: uploads.listParts,
  GetObjectAcl: (exchange, bucketName, key) => {
    findReadable(exchange, bucketName, key)
    return bucket.aclReply()
  },
  GetObjectTagging: tagging.getObjectTagging,
  PutObjectTagging: tagging.putObjectTagging,
  DeleteObjectTagging: tagging.deleteObjectTagging,
  UnsupportedOnObject: refuse,
}

/** Runs the operation that a request was routed to. */
export async function perform(routed: Routed, exchange: Exchange): Promise<Reply> {
  if (routed.level === 'service') return bucket.listBuckets(exchange)
  if (routed.level === 'bucket') return await bucketHandlers[routed.name](exchange, routed.bucket)
  return await objectHandlers[routed.name](exchange, routed.bucket, routed.key)
}
