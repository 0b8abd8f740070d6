import { inTransaction } from './database.ts'
import { emptyReply, xmlReply, type BucketHandler, type Exchange, type Reply } from './exchange.ts'
import { ownerElement } from './list-operations.ts'
import { readDocument } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import { readTagSet } from './tags.ts'
import { childOf, element, fragment, parseXmlRoot, xmlDocument } from './xml.ts'

export const maxSettingBytes = 64 * 1024

export const listBuckets = ({ store }: Exchange): Reply => {
  const buckets = store.buckets
    .list()
    .map(({ name, createdAt }) =>
      element('Bucket', element('Name', name), element('CreationDate', createdAt.toISOString())),
    )
  const content = [ownerElement('Owner'), element('Buckets', fragment(buckets))]
  return xmlReply(xmlDocument('ListAllMyBucketsResult', content))
}

const isBucketName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
  !name.includes('..') &&
  !/^\d{1,3}(\.\d{1,3}){3}$/.test(name)

export const createBucket: BucketHandler = async ({ store, body }, bucket) => {
  if (!isBucketName(bucket)) throw new S3Error('InvalidBucketName')
  const document = await readDocument(body, maxSettingBytes)
  const configuration =
    document.trim() === '' ? undefined : parseXmlRoot(document, 'CreateBucketConfiguration')
  const location = configuration && childOf(configuration, 'LocationConstraint')?.text
  if (location !== undefined && location !== '' && location !== store.region)
    throw new S3Error('IllegalLocationConstraintException')
  const hasTags = configuration !== undefined && childOf(configuration, 'Tags') !== undefined
  const tags = hasTags ? readTagSet(configuration, 'bucket', 'Tags') : {}
  inTransaction(store.database, () => {
    if (store.buckets.find(bucket) !== undefined) throw new S3Error('BucketAlreadyOwnedByYou')
    store.buckets.create(bucket, store.now(), tags)
  })
  return emptyReply(200, { location: `/${bucket}` })
}

export const headBucket: BucketHandler = ({ store }, bucket) => {
  store.buckets.get(bucket)
  return emptyReply(200, { 'x-amz-bucket-region': store.region })
}

/** Unfinished uploads do not keep a bucket: they go with it. */
export const deleteBucket: BucketHandler = async ({ store }, bucket) => {
  const unused = inTransaction(store.database, () => {
    store.buckets.get(bucket)
    if (store.buckets.hasObjects(bucket)) throw new S3Error('BucketNotEmpty')
    const files = store.uploads.ofBucket(bucket).flatMap(({ id }) => store.uploads.remove(id))
    store.buckets.delete(bucket)
    return files
  })
  await store.files.remove(unused)
  return emptyReply(204)
}

export const getBucketLocation: BucketHandler = ({ store }, bucket) => {
  store.buckets.get(bucket)
  const location = store.region === 'us-east-1' ? '' : store.region
  return xmlReply(xmlDocument('LocationConstraint', [{ markup: location }]))
}

export const getBucketVersioning: BucketHandler = ({ store }, bucket) => {
  store.buckets.get(bucket)
  return xmlReply(xmlDocument('VersioningConfiguration', []))
}

/** Everything is the owner's alone. */
export const aclReply = (): Reply => {
  const grantee =
    'Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"'
  const { markup } = ownerElement('Owner')
  const identity = { markup: markup.slice('<Owner>'.length, -'</Owner>'.length) }
  const grant = element('Grant', element(grantee, identity), element('Permission', 'FULL_CONTROL'))
  return xmlReply(
    xmlDocument('AccessControlPolicy', [
      ownerElement('Owner'),
      element('AccessControlList', grant),
    ]),
  )
}

export const getBucketAcl: BucketHandler = ({ store }, bucket) => {
  store.buckets.get(bucket)
  return aclReply()
}
