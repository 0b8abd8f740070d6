import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as s3 from '@aws-sdk/client-s3'
import {
  allow,
  owner,
  region,
  startStore,
  statusOf,
  storeFor,
  temporaryFolder,
  type StartedStore,
} from './embedded-store-harness.ts'
import { sendRaw } from './raw-request.ts'

const Bucket = 'bucket'
const put = (client: s3.S3Client, Key: string, Body: string | Buffer) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body }))
const read = async (client: s3.S3Client, Key: string) => {
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key }))
  return await Body?.transformToString()
}

const dataFiles = async ({ directory }: Pick<StartedStore, 'directory'>): Promise<string[]> => {
  const entries = await readdir(join(directory, 'data'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

async function withBucket(store: StartedStore): Promise<StartedStore> {
  await store.client().send(new s3.CreateBucketCommand({ Bucket }))
  return store
}

test('everything is there again after a restart', async (context) => {
  const directory = await temporaryFolder()
  context.after(() => rm(directory, { recursive: true, force: true }))
  const first = await withBucket(await startStore({ directory }))
  await put(first.client(), 'key', 'content')
  const session = await first.session(allow('s3:GetObject', 'arn:aws:s3:::bucket/*'))
  const to = { Bucket, Key: 'upload' }
  const { UploadId } = await first.client().send(new s3.CreateMultipartUploadCommand(to))
  await first.client().send(new s3.UploadPartCommand({ ...to, UploadId, PartNumber: 1, Body: 'x' }))
  await assert.rejects(startStore({ directory }), /Another process uses the embedded store/)
  await first.stop()
  const second = await startStore({ directory })
  try {
    assert.equal(await read(second.client(session), 'key'), 'content')
    const parts = await second.client().send(new s3.ListPartsCommand({ ...to, UploadId }))
    assert.equal(parts.Parts?.length, 1)
    assert.equal((await stat(directory)).mode & 0o777, 0o700)
  } finally {
    await second.stop()
  }
})

test('replaced and deleted objects leave no file, and a reader still gets the old bytes', async (context) => {
  const store = await withBucket(await storeFor(context))
  const client = store.client()
  const old = randomBytes(8 * 1024 * 1024)
  await put(client, 'key', old)
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key: 'key' }))
  await put(client, 'key', 'new')
  const bytes = await Body?.transformToByteArray()
  assert.ok(old.equals(bytes ?? Buffer.alloc(0)))
  assert.equal(await read(client, 'key'), 'new')
  await client.send(new s3.CopyObjectCommand({ Bucket, Key: 'copy', CopySource: 'bucket/key' }))
  assert.equal((await dataFiles(store)).length, 2)
  for (const Key of ['key', 'copy']) await client.send(new s3.DeleteObjectCommand({ Bucket, Key }))
  assert.deepEqual(await dataFiles(store), [])
})

test('files that no row names are swept, the others stay', async (context) => {
  const store = await withBucket(await storeFor(context))
  await put(store.client(), 'key', 'content')
  const [kept = ''] = await dataFiles(store)
  await writeFile(join(store.directory, 'data', 'ab', `ab${'0'.repeat(30)}`), 'leftover')
  await store.sweep()
  assert.deepEqual(await dataFiles(store), [kept])
  assert.equal(await read(store.client(), 'key'), 'content')
})

test('unfinished uploads end when the bucket says so', async (context) => {
  let nowMs = Date.now()
  const store = await withBucket(await storeFor(context, { now: () => new Date(nowMs) }))
  const client = store.client()
  const Rules = [
    {
      ...{ Status: 'Enabled' as const, Filter: { Prefix: 'inputs/' } },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ]
  const LifecycleConfiguration = { Rules }
  await client.send(
    new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }),
  )
  for (const Key of ['inputs/a', 'other/a']) {
    const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key }))
    await client.send(new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' }))
  }
  nowMs += 24 * 3600_000 + 1
  await store.sweep()
  const later = await sendRaw(store.url, region, owner, {
    ...{ method: 'GET', target: `/${Bucket}?uploads=`, date: new Date(nowMs) },
  })
  assert.deepEqual(later.body.match(/<Key>[^<]*/g), ['<Key>other/a'])
  assert.equal((await dataFiles(store)).length, 1)
})

test('below the reserve writes are refused and everything else goes on', async (context) => {
  const directory = await temporaryFolder()
  const roomy = await withBucket(await startStore({ directory }))
  await put(roomy.client(), 'key', 'content')
  await roomy.stop()
  const store = await storeFor(context, { directory, reserveBytes: Number.MAX_SAFE_INTEGER })
  const refused = await statusOf(put(store.client(), 'more', 'content'))
  assert.equal(refused, 507)
  assert.equal(await read(store.client(), 'key'), 'content')
  await store.client().send(new s3.DeleteObjectCommand({ Bucket, Key: 'key' }))
})

const nextMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => child.once('message', resolve))

async function startChild(directory: string) {
  const module = fileURLToPath(new URL('embedded-store-child.ts', import.meta.url))
  const child = fork(module, [directory])
  const message = await nextMessage(child)
  assert.ok(typeof message === 'object' && message !== null && 'url' in message)
  return { child, url: String(message.url) }
}

const clientOf = (endpoint: string) =>
  new s3.S3Client({ endpoint, region, credentials: owner, forcePathStyle: true, maxAttempts: 1 })

test('a store that is killed while it writes has the old object or the new one, whole', async (context) => {
  const directory = await temporaryFolder()
  context.after(() => rm(directory, { recursive: true, force: true }))
  const bodies = ['a', 'b'].map((letter) => letter.repeat(2 * 1024 * 1024))
  const acknowledged = new Map<string, string>()
  for (let round = 0; round < 4; round += 1) {
    const { child, url } = await startChild(directory)
    const client = clientOf(url)
    if (round === 0) await client.send(new s3.CreateBucketCommand({ Bucket }))
    const exited = once(child, 'exit')
    let writes = 0
    const write = async (Key: string) => {
      for (;;) {
        const body = bodies[writes % 2] ?? ''
        writes += 1
        acknowledged.delete(Key)
        await put(client, Key, body)
        acknowledged.set(Key, body)
        if (writes > 10 + 3 * round) child.kill('SIGKILL')
      }
    }
    await Promise.allSettled(['k1', 'k2', 'k3'].map(write))
    await exited
  }
  const store = await startStore({ directory })
  try {
    await store.sweep()
    const { Contents = [] } = await store.client().send(new s3.ListObjectsV2Command({ Bucket }))
    for (const { Key = '' } of Contents) {
      const content = (await read(store.client(), Key)) ?? ''
      assert.ok(bodies.includes(content), `${Key} is neither old nor new`)
      assert.equal(content, acknowledged.get(Key) ?? content)
    }
    assert.equal((await dataFiles(store)).length, Contents.length)
  } finally {
    await store.stop()
  }
})

test('a large upload needs little memory', async (context) => {
  const directory = await temporaryFolder()
  context.after(() => rm(directory, { recursive: true, force: true }))
  const { child, url } = await startChild(directory)
  context.after(() => child.kill())
  const client = clientOf(url)
  await client.send(new s3.CreateBucketCommand({ Bucket }))
  await put(client, 'warm', 'x')
  const rss = async () => {
    child.send('rss')
    const message = await nextMessage(child)
    assert.ok(typeof message === 'object' && message !== null && 'rssBytes' in message)
    return Number(message.rssBytes)
  }
  const idle = await rss()
  const Body = Buffer.alloc(16 * 1024 * 1024, 7)
  const to = { Bucket, Key: 'large' }
  const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand(to))
  let peak = 0
  for (let round = 0; round < 4; round += 1) {
    const numbers = [1, 2, 3, 4].map((number) => round * 4 + number)
    const parts = numbers.map((PartNumber) =>
      client.send(new s3.UploadPartCommand({ ...to, UploadId, PartNumber, Body })),
    )
    await Promise.all(parts)
    peak = Math.max(peak, await rss())
  }
  assert.ok(peak - idle < 64 * 1024 * 1024, `grew by ${peak - idle} bytes`)
})

test('a client that stops sending is cut off, and its object never was', async (context) => {
  const store = await withBucket(await storeFor(context, { idleMs: 200 }))
  const { hostname, port } = new URL(store.url)
  let head = ''
  await sendRaw(store.url, region, owner, {
    ...{ method: 'PUT', target: '/bucket/slow', payloadHash: 'UNSIGNED-PAYLOAD' },
    tamper: (headers) => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      head = `PUT /bucket/slow HTTP/1.1\r\n${lines.join('')}content-length: 10\r\n\r\nhalf`
    },
  })
  await store.client().send(new s3.DeleteObjectCommand({ Bucket, Key: 'slow' }))
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(head)
  socket.resume()
  await once(socket, 'close')
  assert.equal(await statusOf(read(store.client(), 'slow')), 404)
})

test('a client that waits for leave to send is told before it sends', async (context) => {
  const store = await withBucket(await storeFor(context))
  const session = await store.session(allow('s3:GetObject', '*'))
  const expecting = { headers: { expect: '100-continue', 'content-length': '5' }, body: 'hello' }
  const raw = { method: 'PUT', target: '/bucket/key', ...expecting }
  assert.equal((await sendRaw(store.url, region, owner, raw)).status, 200)
  const refused = await sendRaw(store.url, region, session, raw)
  assert.equal(refused.status, 403)
  assert.equal(refused.headers['connection'], 'close')
})

test('nothing that a client can send is answered with 500', async (context) => {
  const store = await withBucket(await storeFor(context))
  const bodies = [
    '',
    '<',
    '<a>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '{}',
    '\0',
    '<Delete/>',
  ]
  const targets = ['/', '/bucket', '/bucket/key', '/bucket/', '//', '/bucket//', '/BUCKET%20/x']
  const queries = [
    ...['', 'delete', 'policy', 'tagging', 'lifecycle', 'publicAccessBlock', 'uploads', 'acl'],
    ...['uploadId=x', 'uploadId=x&partNumber=1', 'uploadId=&partNumber=abc', 'partNumber=0'],
    ...['list-type=2&max-keys=-1', 'list-type=3', 'list-type=2&continuation-token=%00', 'x=1&x=2'],
    ...['versionId=v', 'tagging&acl', 'prefix=%00', 'response-content-type=%0a', 'restore'],
  ]
  const found = new Set<number>()
  for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'])
    for (const target of targets)
      for (const query of queries) {
        const body = bodies[found.size % bodies.length] ?? ''
        const hasBody = method === 'PUT' || method === 'POST'
        const answer = await sendRaw(store.url, region, owner, {
          ...{ method, target: query === '' ? target : `${target}?${query}` },
          ...(hasBody ? { body } : {}),
        })
        found.add(answer.status)
        assert.ok(answer.status < 500 || answer.status === 501, `${method} ${target}?${query}`)
      }
  for (const body of bodies) {
    const answer = await sendRaw(store.url, region, owner, {
      ...{ method: 'POST', target: '/bucket?delete=', body },
    })
    assert.ok(answer.status === 400 || answer.status === 404, `${answer.status} for ${body}`)
  }
})
