import { attemptPrefix, claimKey, inputsPrefix, jobsPrefix } from './bucket-layout.ts'

/** What a store session is for; decides role and policy. */
export type SessionPurpose =
  | { readonly kind: 'consumer'; readonly access: 'read-write' | 'read' }
  | {
      readonly kind: 'agent'
      readonly jobId: string
      readonly attempt: number
      /** Keys of the job's pinned inputs, or prefixes ending in `/`. */
      readonly inputs: readonly string[]
    }

interface Statement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
}

/** AWS allows 2,048 characters in an inline session policy; other stores follow. */
export const maxSessionPolicyCharacters = 2048

/**
 * The inline session policy for one bucket and purpose, without spaces. It never grants anything outside the
 * bucket and its prefixes, nor ACL, tagging, retention, version, bucket or STS actions.
 * Throws RangeError above 2,048 characters; agents with many inputs then get the whole `inputs/` prefix.
 */
export function sessionPolicy(bucket: string, purpose: SessionPurpose): string {
  const statements =
    purpose.kind === 'consumer'
      ? consumerStatements(bucket, purpose.access)
      : agentStatements(bucket, purpose.jobId, purpose.attempt, purpose.inputs)
  const text = policyText(statements)
  if (text.length <= maxSessionPolicyCharacters) return text
  if (purpose.kind === 'agent' && !purpose.inputs.includes(inputsPrefix)) {
    return sessionPolicy(bucket, { ...purpose, inputs: [inputsPrefix] })
  }
  throw new RangeError(`session policy of ${text.length} characters`)
}

const policyText = (statements: readonly Statement[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

const objects = (bucket: string, prefix: string) => `arn:aws:s3:::${bucket}/${prefix}*`
const allow = (Action: readonly string[], Resource: readonly string[]): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
})

function consumerStatements(bucket: string, access: 'read-write' | 'read'): readonly Statement[] {
  const inputs = objects(bucket, inputsPrefix)
  const list = ['s3:ListBucket', 's3:GetBucketLocation']
  if (access === 'read') {
    return [
      allow(['s3:GetObject'], [inputs, objects(bucket, jobsPrefix)]),
      allow(list, [`arn:aws:s3:::${bucket}`]),
    ]
  }
  const write = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload']
  return [
    allow(['s3:GetObject', ...write, 's3:ListMultipartUploadParts'], [inputs]),
    allow(['s3:GetObject'], [objects(bucket, jobsPrefix)]),
    allow([...list, 's3:ListBucketMultipartUploads'], [`arn:aws:s3:::${bucket}`]),
  ]
}

function agentStatements(
  bucket: string,
  jobId: string,
  attempt: number,
  inputs: readonly string[],
): readonly Statement[] {
  const own = objects(bucket, attemptPrefix(jobId, attempt))
  const readable = [...inputs, claimKey(jobId, attempt)].map((key) => inputResource(bucket, key))
  return [
    allow(['s3:GetObject'], readable),
    allow(['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], [own]),
  ]
}

/** Wildcards in a key would widen the policy: such a key is cut at its first one and becomes a prefix. */
function inputResource(bucket: string, key: string): string {
  const wildcard = key.search(/[*?$]/)
  if (wildcard >= 0) return objects(bucket, key.slice(0, wildcard))
  return key.endsWith('/') ? objects(bucket, key) : `arn:aws:s3:::${bucket}/${key}`
}
