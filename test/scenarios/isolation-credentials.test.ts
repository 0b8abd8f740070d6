import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3ServiceException,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { openingBody, signal } from '../support/control-plane-under-test.ts'
import { operationsOf, send, type Operation } from '../support/two-agreements-calls.ts'
import {
  startTwoAgreements,
  storedOf,
  type Side,
  type TwoAgreements,
} from '../support/two-agreements.ts'

let two: TwoAgreements
before(async () => {
  two = await startTwoAgreements()
})
after(() => two[Symbol.asyncDispose]())

interface Credentials {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

async function sessionOf({ consumer }: Side) {
  const { status, body, text } = await consumer.call('POST', '/credentials', {})
  assert.equal(status, 200, text)
  const { endpoint, region, ...credentials } = body as Credentials
  return { endpoint, region, forcePathStyle: true, credentials, maxAttempts: 1 }
}

/** Every way to use a bucket and its objects. */
function uses(Bucket: string, own: string, UploadId: string) {
  const at = { Bucket, Key: 'inputs/input-two.txt' }
  const upload = { ...at, UploadId }
  const from = { CopySource: `${Bucket}/${at.Key}` }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] })
  return {
    getObject: (s3: S3Client) => s3.send(new GetObjectCommand(at)),
    headObject: (s3: S3Client) => s3.send(new HeadObjectCommand(at)),
    getObjectTagging: (s3: S3Client) => s3.send(new GetObjectTaggingCommand(at)),
    putObject: (s3: S3Client) => s3.send(new PutObjectCommand({ ...at, Body: 'theirs' })),
    putObject2: (s3: S3Client) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'inputs/new.txt', Body: 'new' })),
    putObjectAcl: (s3: S3Client) => s3.send(new PutObjectAclCommand({ ...at, ACL: 'public-read' })),
    copyObject: (s3: S3Client) =>
      s3.send(new CopyObjectCommand({ Bucket: own, Key: 'inputs/stolen.txt', ...from })),
    copyObject2: (s3: S3Client) =>
      s3.send(new CopyObjectCommand({ ...at, CopySource: `${own}/inputs/input-one.txt` })),
    uploadPartCopy: (s3: S3Client) =>
      s3.send(
        new UploadPartCopyCommand({
          ...upload,
          PartNumber: 1,
          CopySource: `${own}/inputs/input-one.txt`,
        }),
      ),
    createMultipartUpload: (s3: S3Client) => s3.send(new CreateMultipartUploadCommand(at)),
    uploadPart: (s3: S3Client) =>
      s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' })),
    listParts: (s3: S3Client) => s3.send(new ListPartsCommand(upload)),
    abortMultipartUpload: (s3: S3Client) => s3.send(new AbortMultipartUploadCommand(upload)),
    listMultipartUploads: (s3: S3Client) => s3.send(new ListMultipartUploadsCommand({ Bucket })),
    listObjectsV2: (s3: S3Client) => s3.send(new ListObjectsV2Command({ Bucket })),
    listObjectsV22: (s3: S3Client) =>
      s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'inputs/' })),
    headBucket: (s3: S3Client) => s3.send(new HeadBucketCommand({ Bucket })),
    getBucketPolicy: (s3: S3Client) => s3.send(new GetBucketPolicyCommand({ Bucket })),
    putBucketPolicy: (s3: S3Client) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy })),
    deleteBucketPolicy: (s3: S3Client) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    deleteObject: (s3: S3Client) => s3.send(new DeleteObjectCommand(at)),
    deleteBucket: (s3: S3Client) => s3.send(new DeleteBucketCommand({ Bucket })),
    listBuckets: (s3: S3Client) => s3.send(new ListBucketsCommand({})),
  }
}

test('a store session of one opens nothing of the other, and tells nothing of it', async () => {
  const { first, second, under } = two
  const settings = await sessionOf(second)
  const theirs = new S3Client(settings)
  const begun = await theirs.send(
    new CreateMultipartUploadCommand({ Bucket: second.bucket, Key: 'inputs/input-two.txt' }),
  )
  const stored = await storedOf(under, second)
  const s3 = new S3Client(await sessionOf(first))
  const UploadId = begun.UploadId ?? ''
  const never = second.bucket.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
  const existing = await answersOf(s3, uses(second.bucket, first.bucket, UploadId))
  const unknown = await answersOf(s3, uses(never, first.bucket, UploadId))
  assert.deepEqual(existing, unknown)
  assert.deepEqual(
    [...new Set(existing.map(({ status }) => status))],
    [403],
    JSON.stringify(existing),
  )
  const Delete = { Objects: [{ Key: 'inputs/input-two.txt' }] }
  const deleted = await s3.send(new DeleteObjectsCommand({ Bucket: second.bucket, Delete }))
  assert.deepEqual(
    [deleted.Deleted ?? [], deleted.Errors?.map(({ Code }) => Code)],
    [[], ['AccessDenied']],
  )
  assert.deepEqual(await storedOf(under, second), stored)
  const own = await s3.send(
    new GetObjectCommand({ Bucket: first.bucket, Key: 'inputs/input-one.txt' }),
  )
  assert.equal(await own.Body?.transformToString(), 'secret of one')
  s3.destroy()
  theirs.destroy()
})

async function answersOf(s3: S3Client, calls: ReturnType<typeof uses>) {
  const answers = []
  for (const [use, call] of Object.entries(calls)) {
    try {
      await call(s3)
      answers.push({ use, status: 200, code: '' })
    } catch (error) {
      const { $metadata, name: code } = error as S3ServiceException
      answers.push({ use, status: $metadata.httpStatusCode, code })
    }
  }
  return answers
}

test('a store session makes no other session', async () => {
  const settings = await sessionOf(two.first)
  const sts = new STSClient(settings)
  const RoleArn = 'arn:aws:iam::000000000000:role/consumers'
  const assumed = sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'again' }))
  await assert.rejects(assumed, (error: S3ServiceException) => {
    assert.equal(error.$metadata.httpStatusCode, 403)
    return true
  })
  sts.destroy()
})

const ofCredentials = (side: Side, key: string) => ({
  accessToken: { authorization: `Bearer ${side.ids.accessToken}` },
  refreshToken: { authorization: `Bearer ${side.ids.refreshToken}` },
  sinkToken: { authorization: `Bearer ${side.ids.sinkToken}` },
  apiKey: { 'x-api-key': side.apiKey },
  apiKeyAsBearer: { authorization: `Bearer ${side.apiKey}` },
  managementKey: { 'x-api-key': key },
  managementKeyAsBearer: { authorization: `Bearer ${key}` },
  tokenAsKey: { 'x-api-key': side.ids.accessToken },
})

type Credential = keyof ReturnType<typeof ofCredentials>

/** The credentials that are none for the operation. */
function wrongFor({ api, id }: Operation): readonly Credential[] {
  const sink = id.startsWith('receiveData')
  const right: readonly Credential[] =
    api === 'signaling'
      ? ['apiKey']
      : api === 'management'
        ? ['managementKey']
        : sink
          ? ['sinkToken']
          : ['accessToken']
  const all = Object.keys(ofCredentials(two.first, '')) as Credential[]
  return all.filter((name) => !right.includes(name))
}

test('the credential of one listener is none at another, nor a token of one kind one of another', async () => {
  const { second, under } = two
  const stored = await storedOf(under, second)
  const credentials = ofCredentials(second, under.service.secrets.managementKey)
  const operations = (['consumer', 'signaling', 'management'] as const).flatMap(operationsOf)
  const guarded = operations.filter(({ open }) => !open)
  assert.ok(guarded.length > 75)
  for (const operation of guarded) {
    for (const name of wrongFor(operation)) {
      const credential = credentials[name]
      const call = { operation, ids: second.ids, caller: second.ids, foreign: false, credential }
      const { status, text } = await send(two, call)
      assert.equal(status, 401, `${operation.id} with ${name}: ${status} ${text}`)
    }
  }
  assert.deepEqual(await storedOf(under, second), stored)
})

test('third-party data reach a workspace only from its own participant context', async () => {
  const { first, second, under } = two
  const stored = await storedOf(under, second)
  const prepare = (workspace: string) => {
    const body = openingBody({ metadata: { workspace, input: 'theirs' } })
    return signal(under.connectorUrl, 'prepare', body, { 'x-api-key': first.apiKey })
  }
  const never = await prepare('ws-that-never-was')
  for (const target of [second.ids.workspaceId, second.ids.agreementId]) {
    const answer = await prepare(target)
    assert.deepEqual([answer.status, answer.body.detail], [404, never.body.detail])
  }
  assert.equal((await prepare(first.ids.agreementId)).status, 200)
  assert.deepEqual(await storedOf(under, second), stored)
})

test('the event streams of the two do not mix', async () => {
  const { first, second } = two
  const signalOfTest = new AbortController()
  const response = await fetch(`${two.under.consumerUrl}/v1/events`, {
    headers: {
      authorization: first.consumer.token,
      accept: 'text/event-stream',
      'last-event-id': '00000000000000000001',
    },
    signal: signalOfTest.signal,
  })
  await second.consumer.call('PUT', '/inputs/told-two', 'x')
  await first.consumer.call('PUT', '/inputs/told-one', 'x')
  let text = ''
  assert.ok(response.body)
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    if (text.includes('told-one')) break
  }
  signalOfTest.abort()
  assert.doesNotMatch(text, /told-two|input-two/)
  assert.ok(!text.includes(second.ids.workspaceId))
})
