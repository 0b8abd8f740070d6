import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evaluate, parsePolicy } from '../../src/adapters/embedded-store/policy.ts'
import { maxSessionPolicyCharacters, sessionPolicy } from '../../src/domain/session-policy.ts'
import type { SessionPurpose } from '../../src/domain/session-policy.ts'

const bucket = 'dsc-0123456789abcdefghjkmnpqrs'
const own = 'jobs/job-1/attempts/2/'
const claim = `${own}claim`

const read = ['s3:GetObject']
const write = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts']
const never = [
  ...['s3:PutObjectAcl', 's3:GetObjectAcl', 's3:PutObjectTagging', 's3:DeleteObjectTagging'],
  ...['s3:PutObjectRetention', 's3:PutObjectLegalHold', 's3:BypassGovernanceRetention'],
  ...['s3:GetObjectVersion', 's3:DeleteObjectVersion', 's3:ListBucketVersions'],
  ...['s3:DeleteBucket', 's3:CreateBucket', 's3:PutBucketPolicy', 's3:GetBucketPolicy'],
  ...['s3:PutBucketAcl', 's3:PutLifecycleConfiguration', 's3:ListAllMyBuckets'],
  ...['sts:AssumeRole', 'iam:PassRole', 's3:PutBucketTagging'],
]

function allows(purpose: SessionPurpose, action: string, resource: string): boolean {
  const policy = parsePolicy(sessionPolicy(bucket, purpose), 'session')
  return evaluate(policy, { action, resource, principals: [], context: new Map() }) === 'Allow'
}
const object = (key: string) => `arn:aws:s3:::${bucket}/${key}`

const awkward = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('*', '?', '$', '{', '}', '/', '.', 'a', '"', '\\', ' ') }),
)
/** Keys as they may be: near the edges of the prefixes, and anything. */
const anyKey = fc.oneof(
  awkward,
  awkward.map((rest) => `inputs/${rest}`),
  awkward.map((rest) => `inputs${rest}`),
  awkward.map((rest) => `jobs/${rest}`),
  awkward.map((rest) => `jobs/job-1/attempts/${rest}`),
  awkward.map((rest) => `${own}${rest}`),
  fc.constantFrom(
    claim,
    `${own}outputs.json`,
    'jobs/job-1/manifest.json',
    'jobs/job-1/attempts/20/x',
  ),
)
const inputKeys = fc.array(
  fc.oneof(
    awkward.map((rest) => `inputs/a/${rest}`),
    fc.constantFrom('inputs/a', 'inputs/b.csv', 'inputs/dir/'),
  ),
  { maxLength: 40 },
)
const agent = inputKeys.map((inputs): SessionPurpose => ({
  kind: 'agent',
  jobId: 'job-1',
  attempt: 2,
  inputs,
}))
const consumer = fc.constantFrom<SessionPurpose>(
  { kind: 'consumer', access: 'read-write' },
  { kind: 'consumer', access: 'read' },
)
const purposes = fc.oneof(agent, consumer)

test('no session may do anything in another bucket, with any key and action', () => {
  const otherBucket = fc.constantFrom('dsc-other', `${bucket}x`, bucket.slice(0, -1), '*')
  const action = fc.constantFrom(...read, ...write, ...never, 's3:DeleteObject', 's3:ListBucket')
  fc.assert(
    fc.property(purposes, otherBucket, anyKey, action, (purpose, other, key, what) => {
      assert.equal(allows(purpose, what, `arn:aws:s3:::${other}/${key}`), false)
      assert.equal(allows(purpose, what, `arn:aws:s3:::${other}`), false)
    }),
    { numRuns: 500 },
  )
})

test('a consumer reads inputs and jobs, and writes inputs only, with any key', () => {
  fc.assert(
    fc.property(anyKey, (key) => {
      const input = key.startsWith('inputs/')
      const readable = input || key.startsWith('jobs/')
      for (const access of ['read-write', 'read'] as const) {
        const may = (action: string) => allows({ kind: 'consumer', access }, action, object(key))
        assert.equal(may('s3:GetObject'), readable)
        for (const action of [...write, 's3:DeleteObject']) {
          assert.equal(may(action), input && access === 'read-write', `${action} ${key}`)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('an agent writes below its own attempt only, and reads only inputs and its claim', () => {
  fc.assert(
    fc.property(agent, anyKey, (purpose, key) => {
      for (const action of write) {
        assert.equal(allows(purpose, action, object(key)), key.startsWith(own), `${action} ${key}`)
      }
      assert.equal(allows(purpose, 's3:DeleteObject', object(key)), false)
      if (allows(purpose, 's3:GetObject', object(key))) {
        assert.ok(key.startsWith('inputs/') || key === claim, key)
      }
    }),
    { numRuns: 500 },
  )
})

test('an agent can read each input that its job has pinned', () => {
  fc.assert(
    fc.property(inputKeys, (inputs) => {
      const purpose: SessionPurpose = { kind: 'agent', jobId: 'job-1', attempt: 2, inputs }
      for (const key of inputs) {
        const within = key.endsWith('/') ? `${key}file` : key
        assert.ok(allows(purpose, 's3:GetObject', object(within)), key)
      }
      assert.ok(allows(purpose, 's3:GetObject', object(claim)))
    }),
  )
})

test('no session touches ACLs, tags, retention, versions, buckets or STS', () => {
  fc.assert(
    fc.property(purposes, anyKey, fc.constantFrom(...never), (purpose, key, action) => {
      for (const resource of [object(key), `arn:aws:s3:::${bucket}`, '*', 'arn:aws:s3:::*']) {
        assert.equal(allows(purpose, action, resource), false, `${action} ${resource}`)
      }
    }),
    { numRuns: 500 },
  )
})

test('a policy is short enough for every store, and has no spaces of its own', () => {
  fc.assert(
    fc.property(purposes, (purpose) => {
      const text = sessionPolicy(bucket, purpose)
      assert.ok(text.length <= maxSessionPolicyCharacters)
      assert.equal(text, JSON.stringify(JSON.parse(text)))
    }),
  )
})
