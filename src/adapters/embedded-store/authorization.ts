import { evaluate, parsePolicy } from './policy.ts'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'
import type { Principal } from './sessions.ts'

/** One action on one bucket or object, or on the store itself. */
export interface Access {
  readonly action: string
  readonly bucket: string | undefined
  readonly key: string | undefined
}

/**
 * Whether the principal may do it. The owner may do everything, whatever a bucket policy says: so a
 * Deny for everyone can always be taken back. A session may do what its own policy allows and no
 * Deny of its policy or the bucket's policy covers; an Allow of a bucket policy grants nothing.
 */
export function isAllowed(
  principal: Principal,
  { action, bucket, key }: Access,
  query: ReadonlyMap<string, string>,
  bucketPolicy: string | undefined,
): boolean {
  if (principal.kind === 'owner') return true
  if (principal.policy === undefined) return false
  const object = key === undefined ? '' : `/${key}`
  const question = {
    action,
    resource: bucket === undefined ? '*' : `arn:aws:s3:::${bucket}${object}`,
    principals: [principal.roleArn, principal.sessionArn],
    context: listContext(action, query),
  }
  if (
    bucketPolicy !== undefined &&
    evaluate(parsePolicy(bucketPolicy, 'bucket'), question) === 'Deny'
  )
    return false
  return evaluate(principal.policy, question) === 'Allow'
}

function listContext(
  action: string,
  query: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  if (!action.startsWith('s3:ListBucket')) return new Map()
  return new Map(
    ['prefix', 'delimiter'].map((name): [string, string] => [`s3:${name}`, query.get(name) ?? '']),
  )
}

const unsupportedHeaders = [
  'x-amz-object-lock-',
  'x-amz-bucket-object-lock-',
  'x-amz-server-side-encryption',
  'x-amz-copy-source-server-side-encryption',
  'x-amz-website-redirect-location',
  'x-amz-bypass-governance-retention',
  'x-amz-write-offset-bytes',
  'x-amz-mfa',
]

/** Refuses headers that would share an object, and headers that ask for what the store does not do. */
export function refuseHeaders(request: S3Request, principal: Principal): void {
  for (const [name, value] of request.headers) {
    if (name.startsWith('x-amz-grant-') || (name === 'x-amz-acl' && value !== 'private'))
      throw new S3Error(
        principal.kind === 'owner' ? 'AccessControlListNotSupported' : 'AccessDenied',
      )
    if (unsupportedHeaders.some((unsupported) => name.startsWith(unsupported)))
      throw new S3Error(principal.kind === 'owner' ? 'NotImplemented' : 'AccessDenied')
  }
}
