import { z } from 'zod'
import { maxSettingBytes } from './bucket-operations.ts'
import { emptyReply, xmlReply, type BucketHandler } from './exchange.ts'
import { absentSettings } from './operations.ts'
import { parsePolicy, PolicyError } from './policy.ts'
import { readDocument } from './request-body.ts'
import { S3Error } from './s3-error.ts'
import { readTagSet, taggingDocument } from './tags.ts'
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

const maxPolicyBytes = 20 * 1024

export const getBucketPolicy: BucketHandler = ({ store }, bucket) => {
  const { policy } = store.buckets.get(bucket)
  if (policy === undefined) throw new S3Error('NoSuchBucketPolicy')
  return { status: 200, headers: { 'content-type': 'application/json' }, text: policy }
}

/** A policy works from the next request on; what it allows grants nothing, what it denies is denied. */
export const putBucketPolicy: BucketHandler = async ({ store, body }, bucket) => {
  store.buckets.get(bucket)
  const policy = await readDocument(body, maxPolicyBytes)
  try {
    parsePolicy(policy, 'bucket')
  } catch (error) {
    if (error instanceof PolicyError) throw new S3Error('MalformedPolicy', error.message)
    throw error
  }
  store.buckets.set(bucket, 'policy', policy)
  return emptyReply(204)
}

export const getBucketPolicyStatus: BucketHandler = ({ store }, bucket) => {
  if (store.buckets.get(bucket).policy === undefined) throw new S3Error('NoSuchBucketPolicy')
  return xmlReply(xmlDocument('PolicyStatus', [element('IsPublic', false)]))
}

const remove =
  (setting: 'policy' | 'tags' | 'lifecycle' | 'publicAccessBlock'): BucketHandler =>
  ({ store }, bucket) => {
    store.buckets.get(bucket)
    store.buckets.set(bucket, setting, null)
    return emptyReply(204)
  }

export const deleteBucketPolicy = remove('policy')
export const deleteBucketTagging = remove('tags')
export const deleteLifecycle = remove('lifecycle')
export const deletePublicAccessBlock = remove('publicAccessBlock')

export const getBucketTagging: BucketHandler = ({ store }, bucket) => {
  const { tags } = store.buckets.get(bucket)
  if (Object.keys(tags).length === 0) throw new S3Error('NoSuchTagSet')
  return xmlReply(taggingDocument(tags))
}

export const putBucketTagging: BucketHandler = async ({ store, body }, bucket) => {
  store.buckets.get(bucket)
  const document = parseXmlRoot(await readDocument(body, maxSettingBytes), 'Tagging')
  store.buckets.set(bucket, 'tags', JSON.stringify(readTagSet(document, 'bucket')))
  return emptyReply(204)
}

const lifecycleShape = z.array(
  z.object({
    id: z.string().optional(),
    isEnabled: z.boolean(),
    prefix: z.string(),
    abortAfterDays: z.number().int().positive(),
  }),
)

/** When unfinished uploads end. The store does nothing else by itself. */
export type LifecycleRules = z.infer<typeof lifecycleShape>

export const readLifecycle = (json: string | undefined): LifecycleRules =>
  json === undefined ? [] : lifecycleShape.parse(JSON.parse(json))

export const putLifecycle: BucketHandler = async ({ store, body }, bucket) => {
  store.buckets.get(bucket)
  const document = parseXmlRoot(await readDocument(body, maxSettingBytes), 'LifecycleConfiguration')
  const rules = childrenOf(document, 'Rule').map(readRule)
  if (rules.length === 0) throw new S3Error('MalformedXML')
  store.buckets.set(bucket, 'lifecycle', JSON.stringify(rules))
  return emptyReply(200)
}

function readRule(rule: XmlNode): LifecycleRules[number] {
  const known = ['ID', 'Status', 'Filter', 'Prefix', 'AbortIncompleteMultipartUpload']
  const abort = childOf(rule, 'AbortIncompleteMultipartUpload')
  const filter = childOf(rule, 'Filter')
  const unknown =
    rule.children.some(({ name }) => !known.includes(name)) ||
    filter?.children.some(({ name }) => name !== 'Prefix') === true
  if (unknown || abort === undefined)
    throw new S3Error('NotImplemented', 'Only AbortIncompleteMultipartUpload by prefix is known.')
  const days = Number(requiredText(abort, 'DaysAfterInitiation'))
  const status = requiredText(rule, 'Status')
  if (!Number.isInteger(days) || days < 1) throw new S3Error('InvalidArgument')
  if (status !== 'Enabled' && status !== 'Disabled') throw new S3Error('MalformedXML')
  return {
    id: childOf(rule, 'ID')?.text,
    isEnabled: status === 'Enabled',
    prefix: childOf(filter ?? rule, 'Prefix')?.text ?? '',
    abortAfterDays: days,
  }
}

export const getLifecycle: BucketHandler = ({ store }, bucket) => {
  const rules = readLifecycle(store.buckets.get(bucket).lifecycle)
  if (rules.length === 0) throw new S3Error('NoSuchLifecycleConfiguration')
  const elements = rules.map((rule) =>
    element(
      'Rule',
      optional('ID', rule.id),
      element('Filter', element('Prefix', rule.prefix)),
      element('Status', rule.isEnabled ? 'Enabled' : 'Disabled'),
      element(
        'AbortIncompleteMultipartUpload',
        element('DaysAfterInitiation', rule.abortAfterDays),
      ),
    ),
  )
  return xmlReply(xmlDocument('LifecycleConfiguration', elements))
}

const blockSettings = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
]

/** Kept and shown; everything is private with and without it. */
export const putPublicAccessBlock: BucketHandler = async ({ store, body }, bucket) => {
  store.buckets.get(bucket)
  const text = await readDocument(body, maxSettingBytes)
  const document = parseXmlRoot(text, 'PublicAccessBlockConfiguration')
  const chosen = blockSettings.filter((name) => childOf(document, name)?.text === 'true')
  store.buckets.set(bucket, 'publicAccessBlock', chosen.join(','))
  return emptyReply(200)
}

export const getPublicAccessBlock: BucketHandler = ({ store }, bucket) => {
  const { publicAccessBlock } = store.buckets.get(bucket)
  if (publicAccessBlock === undefined) throw new S3Error('NoSuchPublicAccessBlockConfiguration')
  const chosen = publicAccessBlock.split(',')
  const content = blockSettings.map((name) => element(name, chosen.includes(name)))
  return xmlReply(xmlDocument('PublicAccessBlockConfiguration', content))
}

export const getAbsentSetting: BucketHandler = ({ store, request }, bucket) => {
  store.buckets.get(bucket)
  const code = Object.entries(absentSettings).find(([name]) => request.query.has(name))?.[1]
  throw new S3Error(code ?? 'NotImplemented')
}
