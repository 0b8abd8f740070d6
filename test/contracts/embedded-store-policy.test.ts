import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as s3 from '@aws-sdk/client-s3'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { matches, parsePattern } from '../../src/adapters/embedded-store/policy-pattern.ts'
import { evaluate, parsePolicy, PolicyError } from '../../src/adapters/embedded-store/policy.ts'
import { escapeUri } from '../../src/adapters/embedded-store/s3-request.ts'
import { allow, owner, region, roles, statusOf, storeFor } from './embedded-store-harness.ts'
import { sendRaw } from './raw-request.ts'

const patterns: readonly (readonly [string, string, boolean])[] = [
  ['*', '', true],
  ['a*', 'a/b/../c', true],
  ['inputs/*', 'inputs/', true],
  ['inputs/*', 'inputs', false],
  ['inputs/*', 'Inputs/a', false],
  ['a?c', 'a😀c', true],
  ['a?c', 'ac', false],
  ['*b*b', 'abxbxb', true],
  ['*b*b', 'abxbxc', false],
  ['a${*}c', 'a*c', true],
  ['a${*}c', 'abc', false],
]

for (const [pattern, text, expected] of patterns)
  test(`the pattern ${pattern} ${expected ? 'matches' : 'does not match'} "${text}"`, () => {
    assert.equal(matches(parsePattern(pattern) ?? [], text), expected)
  })

const oddSegment = fc.oneof(
  fc.constantFrom('..', '.', '', '%2F', '%2e%2e', 'inputs', 'jobs', '*', '?', '$', '\\', '😀', 'é'),
  fc.string({ maxLength: 6, unit: 'grapheme' }),
)
const oddKey = fc.array(oddSegment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))

test('a policy for a prefix grants exactly the keys that begin with it', () => {
  const policy = parsePolicy(
    JSON.stringify(allow('s3:GetObject', 'arn:aws:s3:::bucket/inputs/*')),
    'session',
  )
  const ask = (action: string, resource: string) =>
    evaluate(policy, { action, resource, principals: [], context: new Map() })
  fc.assert(
    fc.property(oddKey, (key) => {
      const expected = key.startsWith('inputs/') ? 'Allow' : 'none'
      assert.equal(ask('s3:GetObject', `arn:aws:s3:::bucket/${key}`), expected)
      assert.equal(ask('s3:PutObject', `arn:aws:s3:::bucket/inputs/${key}`), 'none')
      assert.equal(ask('s3:GetObject', `arn:aws:s3:::bucket2/inputs/${key}`), 'none')
    }),
  )
})

test('over the wire too, a session reads its prefix and nothing else, however a key is written', async (context) => {
  const store = await storeFor(context)
  await store.client().send(new s3.CreateBucketCommand({ Bucket: 'bucket' }))
  const policy = allow(['s3:PutObject', 's3:GetObject'], 'arn:aws:s3:::bucket/inputs/*')
  const session = await store.session(policy)
  const isSendable = (key: string) => !key.includes('\0') && key !== '' && key.length < 200
  await fc.assert(
    fc.asyncProperty(oddKey.filter(isSendable), async (key) => {
      const target = `/bucket/${key.split('/').map(escapeUri).join('/')}`
      const put = await sendRaw(store.url, region, session, { method: 'PUT', target, body: 'x' })
      const isInside = key.startsWith('inputs/') && key !== 'inputs/'
      if (key === 'inputs/') return
      assert.equal(put.status, isInside ? 200 : 403, `${target}: ${put.body}`)
      const read = await sendRaw(store.url, region, owner, { method: 'GET', target })
      assert.equal(read.status, isInside ? 200 : 404)
    }),
    { numRuns: 150 },
  )
  const { Contents = [] } = await store
    .client()
    .send(new s3.ListObjectsV2Command({ Bucket: 'bucket' }))
  assert.ok(Contents.every(({ Key = '' }) => Key.startsWith('inputs/')))
})

test('a Deny wins over every Allow', () => {
  const policy = parsePolicy(
    JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Deny', NotAction: 's3:Get*', Resource: 'arn:aws:s3:::b/secret/*' },
      ],
    }),
    'session',
  )
  const ask = (action: string, key: string) =>
    evaluate(policy, {
      ...{ action, resource: `arn:aws:s3:::b/${key}`, principals: [], context: new Map() },
    })
  assert.equal(ask('S3:getobject', 'secret/a'), 'Allow')
  assert.equal(ask('s3:PutObject', 'secret/a'), 'Deny')
  assert.equal(ask('s3:PutObject', 'open/a'), 'Allow')
})

const badPolicies: readonly (readonly [string, string])[] = [
  ['is not JSON', '{'],
  ['has no statement', '{"Version":"2012-10-17"}'],
  ['has an unknown member', JSON.stringify({ ...allow('s3:*', '*'), Else: 1 })],
  [
    'has an unknown condition',
    JSON.stringify({
      Statement: {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    }),
  ],
  [
    'names a principal',
    JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } }),
  ],
  ['uses a variable', JSON.stringify(allow('s3:*', 'arn:aws:s3:::${aws:username}/*'))],
]

for (const [what, policy] of badPolicies)
  test(`a session policy that ${what} is refused`, async (context) => {
    assert.throws(() => parsePolicy(policy, 'session'), PolicyError)
    const store = await storeFor(context)
    const assume = new AssumeRoleCommand({
      ...{ RoleArn: roles.consumers, RoleSessionName: 'test', Policy: policy },
    })
    await assert.rejects(store.tokens().send(assume), { name: 'MalformedPolicyDocumentException' })
  })

test('a session without a policy has no right, and none can make another session', async (context) => {
  const store = await storeFor(context)
  await store.client().send(new s3.CreateBucketCommand({ Bucket: 'bucket' }))
  const bare = await store.session()
  const list = new s3.ListObjectsV2Command({ Bucket: 'bucket' })
  assert.equal(await statusOf(store.client(bare).send(list)), 403)
  const all = await store.session(allow('*', '*'))
  for (const RoleArn of Object.values(roles)) {
    const again = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'again' })
    assert.equal(await statusOf(store.tokens(all).send(again)), 403)
  }
  const identity = await store.tokens(all).send(new GetCallerIdentityCommand({}))
  assert.equal(identity.Arn, 'arn:aws:sts::000000000000:assumed-role/consumers/test')
  const short = new AssumeRoleCommand({
    ...{ RoleArn: roles.agents, RoleSessionName: 'short', DurationSeconds: 899 },
  })
  assert.equal(await statusOf(store.tokens().send(short)), 400)
})

test('settings of buckets, ACLs and grants are never a session’s, whatever its policy says', async (context) => {
  const store = await storeFor(context)
  const Bucket = 'bucket'
  await store.client().send(new s3.CreateBucketCommand({ Bucket }))
  const client = store.client(await store.session(allow('s3:*', '*')))
  const body = { Bucket, Key: 'key', Body: 'x' }
  assert.equal(
    await statusOf(client.send(new s3.PutObjectCommand({ ...body, ACL: 'private' }))),
    200,
  )
  const refused = [
    client.send(new s3.PutObjectCommand({ ...body, ACL: 'public-read' })),
    client.send(new s3.PutObjectCommand({ ...body, GrantRead: 'uri="all"' })),
    client.send(new s3.PutObjectCommand({ ...body, ObjectLockLegalHoldStatus: 'ON' })),
    client.send(new s3.PutObjectAclCommand({ Bucket, Key: 'key', ACL: 'public-read' })),
    client.send(new s3.PutBucketAclCommand({ Bucket, ACL: 'public-read' })),
    client.send(new s3.DeleteBucketPolicyCommand({ Bucket })),
    client.send(
      new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    ),
    client.send(new s3.CreateBucketCommand({ Bucket: 'other' })),
    client.send(new s3.DeleteBucketCommand({ Bucket })),
    client.send(new s3.ListBucketsCommand({})),
  ]
  const statuses = await Promise.all(refused.map(statusOf))
  assert.deepEqual(
    statuses,
    refused.map(() => 403),
  )
})

test('tags, sources of copies and each of many keys need their own right', async (context) => {
  const store = await storeFor(context)
  const Bucket = 'bucket'
  await store.client().send(new s3.CreateBucketCommand({ Bucket }))
  await store.client().send(new s3.PutObjectCommand({ Bucket, Key: 'outside', Body: 'x' }))
  const inside = allow(
    ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
    'arn:aws:s3:::bucket/in/*',
  )
  const client = store.client(await store.session(inside))
  const tagged = new s3.PutObjectCommand({ Bucket, Key: 'in/a', Body: 'x', Tagging: 'a=b' })
  assert.equal(await statusOf(client.send(tagged)), 403)
  const copy = new s3.CopyObjectCommand({ Bucket, Key: 'in/a', CopySource: 'bucket/outside' })
  assert.equal(await statusOf(client.send(copy)), 403)
  await client.send(new s3.PutObjectCommand({ Bucket, Key: 'in/a', Body: 'x' }))
  const missing = new s3.GetObjectCommand({ Bucket, Key: 'in/missing' })
  assert.equal(await statusOf(client.send(missing)), 403, 'who may not list learns nothing')
  const answer = await client.send(
    new s3.DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key: 'in/a' }, { Key: 'outside' }] },
    }),
  )
  assert.deepEqual(
    answer.Deleted?.map(({ Key }) => Key),
    ['in/a'],
  )
  assert.deepEqual(
    answer.Errors?.map(({ Key, Code }) => [Key, Code]),
    [['outside', 'AccessDenied']],
  )
})

test('a list can be limited to a prefix', async (context) => {
  const store = await storeFor(context)
  const Bucket = 'bucket'
  await store.client().send(new s3.CreateBucketCommand({ Bucket }))
  const [Statement] = allow('s3:ListBucket', 'arn:aws:s3:::bucket').Statement
  const Condition = { StringLike: { 's3:prefix': 'inputs/*' } }
  const client = store.client(await store.session({ Statement: [{ ...Statement, Condition }] }))
  const list = (Prefix?: string) =>
    statusOf(client.send(new s3.ListObjectsV2Command({ Bucket, Prefix })))
  assert.deepEqual(await Promise.all([list('inputs/a'), list('jobs/'), list()]), [200, 403, 403])
})

test('a bucket policy cuts the sessions of one role at once, and never the owner', async (context) => {
  const store = await storeFor(context)
  const Bucket = 'bucket'
  await store.client().send(new s3.CreateBucketCommand({ Bucket }))
  const policy = allow('s3:*', ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'])
  const consumer = store.client(await store.session(policy))
  const agent = store.client(await store.session(policy, roles.agents))
  const put = (client: s3.S3Client) =>
    statusOf(client.send(new s3.PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })))
  const deny = (Principal: unknown) =>
    store.client().send(
      new s3.PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Deny', Principal, Action: 's3:*', Resource: policy.Statement[0]?.Resource },
          ],
        }),
      }),
    )
  assert.deepEqual([await put(consumer), await put(agent)], [200, 200])
  await deny({ AWS: roles.consumers })
  assert.deepEqual(
    [await put(consumer), await put(agent), await put(store.client())],
    [403, 200, 200],
  )
  await deny({ AWS: [roles.consumers, roles.agents] })
  assert.deepEqual([await put(consumer), await put(agent)], [403, 403])
  await deny('*')
  assert.deepEqual([await put(agent), await put(store.client())], [403, 200])
  await store.client().send(new s3.DeleteBucketPolicyCommand({ Bucket }))
  assert.deepEqual([await put(consumer), await put(agent)], [200, 200])
})
