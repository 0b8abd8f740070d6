import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { allow, owner, region, storeFor } from './embedded-store-harness.ts'
import { sendRaw } from './raw-request.ts'

const targets = [
  '/bucket/key?annotation&annotationName=x',
  '/bucket/key?a-subresource-of-tomorrow',
  '/bucket/key?a-subresource-of-tomorrow=',
  '/bucket?abac',
  '/bucket?metadataConfiguration',
  '/bucket?a-subresource-of-tomorrow',
]

test('a subresource that the store does not know is refused, and never done to the object itself', async (context) => {
  const store = await storeFor(context)
  const object = { Bucket: 'bucket', Key: 'key' }
  await store.client().send(new CreateBucketCommand({ Bucket: 'bucket' }))
  await store.client().send(new PutObjectCommand({ ...object, Body: 'kept' }))
  const session = await store.session(allow('s3:*', '*'))
  for (const target of targets) {
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      const what = `${method} ${target}`
      assert.equal(
        (await sendRaw(store.url, region, session, { method, target })).status,
        403,
        what,
      )
      assert.equal((await sendRaw(store.url, region, owner, { method, target })).status, 501, what)
    }
  }
  const { Body } = await store.client().send(new GetObjectCommand(object))
  assert.equal(await Body?.transformToString(), 'kept')
})

test('parameters without a value, and names that only clients know, change nothing', async (context) => {
  const store = await storeFor(context)
  await store.client().send(new CreateBucketCommand({ Bucket: 'bucket' }))
  const target = '/bucket?delimiter=&prefix=&marker=&x-id=&x-mine'
  assert.equal((await sendRaw(store.url, region, owner, { method: 'GET', target })).status, 200)
})

test('deleting many keys does not tell a session without the right whether there is such a bucket', async (context) => {
  const store = await storeFor(context)
  await store.client().send(new CreateBucketCommand({ Bucket: 'bucket' }))
  const client = store.client(await store.session(allow('s3:*', 'arn:aws:s3:::mine/*')))
  for (const Bucket of ['bucket', 'never-was']) {
    const Delete = { Objects: [{ Key: 'key' }] }
    const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }))
    assert.deepEqual(
      Errors?.map(({ Code }) => Code),
      ['AccessDenied'],
    )
  }
})
