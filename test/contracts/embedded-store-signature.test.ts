import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { test } from 'node:test'
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '@aws-crypto/sha256-js'
import {
  allow,
  owner,
  region,
  roles,
  statusOf,
  storeFor,
  type StartedStore,
} from './embedded-store-harness.ts'
import { send, sendRaw, signedChunks, type RawRequest } from './raw-request.ts'

const withBucket = async (store: StartedStore): Promise<StartedStore> => {
  await store.client().send(new CreateBucketCommand({ Bucket: 'bucket' }))
  return store
}

const hello: RawRequest = { method: 'PUT', target: '/bucket/key', body: 'hello' }
const minutes = (count: number) => new Date(Date.now() + count * 60_000)

const refusals: readonly (readonly [string, RawRequest, number, string])[] = [
  ['a date 16 minutes ago', { ...hello, date: minutes(-16) }, 403, 'RequestTimeTooSkewed'],
  ['a date 16 minutes ahead', { ...hello, date: minutes(16) }, 403, 'RequestTimeTooSkewed'],
  [
    'a changed header',
    {
      ...hello,
      headers: { 'x-amz-meta-a': '1' },
      tamper: (headers) => (headers['x-amz-meta-a'] = '2'),
    },
    403,
    'SignatureDoesNotMatch',
  ],
  [
    'an x-amz header that is not signed',
    { ...hello, tamper: (headers) => (headers['x-amz-meta-a'] = '2') },
    403,
    'AccessDenied',
  ],
  [
    'a body with another hash',
    { ...hello, payloadHash: 'a'.repeat(64) },
    400,
    'XAmzContentSHA256Mismatch',
  ],
  ['a payload hash that is none', { ...hello, payloadHash: 'NONE' }, 400, 'InvalidArgument'],
  [
    'another region',
    {
      ...hello,
      tamper: (headers) =>
        (headers['authorization'] = (headers['authorization'] ?? '').replace(region, 'mars')),
    },
    400,
    'AuthorizationHeaderMalformed',
  ],
  [
    'no signature at all',
    { ...hello, tamper: (headers) => delete headers['authorization'] },
    403,
    'AccessDenied',
  ],
  [
    'nonsense for a signature',
    { ...hello, tamper: (headers) => (headers['authorization'] = 'AWS4-HMAC-SHA256 what') },
    400,
    'AuthorizationHeaderMalformed',
  ],
  ['a bad percent-encoding', { ...hello, target: '/bucket/%zz' }, 400, 'InvalidURI'],
  ['bytes that are not UTF-8', { ...hello, target: '/bucket/%ff' }, 400, 'InvalidURI'],
  ['a method of another world', { ...hello, method: 'PATCH' }, 405, 'MethodNotAllowed'],
]

for (const [what, raw, status, code] of refusals)
  test(`a request with ${what} is refused, and nothing becomes visible`, async (context) => {
    const store = await withBucket(await storeFor(context))
    const answer = await sendRaw(store.url, region, owner, raw)
    assert.deepEqual([answer.status, answer.code], [status, code], answer.body)
    const head = store.client().send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'key' }))
    assert.equal(await statusOf(head), 404)
  })

test('a wrong secret, an unknown key and a token that is not needed are refused', async (context) => {
  const store = await withBucket(await storeFor(context))
  for (const [credentials, code] of [
    [{ ...owner, secretAccessKey: 'guess' }, 'SignatureDoesNotMatch'],
    [{ ...owner, accessKeyId: 'STRANGER' }, 'InvalidAccessKeyId'],
    [{ ...owner, sessionToken: 'token' }, 'InvalidToken'],
  ] as const) {
    const answer = await sendRaw(store.url, region, credentials, hello)
    assert.deepEqual([answer.status, answer.code], [403, code])
  }
})

test('a session needs its own token, and ends when its time has come', async (context) => {
  let nowMs = Date.now()
  const store = await withBucket(await storeFor(context, { now: () => new Date(nowMs) }))
  const session = await store.session(allow('s3:PutObject', 'arn:aws:s3:::bucket/*'))
  const other = await store.session(allow('s3:PutObject', 'arn:aws:s3:::bucket/*'))
  const put = (credentials: typeof session, raw = hello) =>
    sendRaw(store.url, region, credentials, { ...raw, date: new Date(nowMs) })
  assert.equal((await put(session)).status, 200)
  const altered = `${session.sessionToken.slice(0, -2)}xx`
  assert.equal((await put({ ...session, sessionToken: altered })).code, 'InvalidToken')
  const foreign = await put({ ...session, sessionToken: other.sessionToken })
  assert.deepEqual([foreign.status, foreign.code], [403, 'InvalidToken'])
  const { accessKeyId, secretAccessKey } = session
  const bare = await sendRaw(store.url, region, { accessKeyId, secretAccessKey }, hello)
  assert.deepEqual([bare.status, bare.code], [403, 'InvalidToken'])
  nowMs += 901_000
  const late = await put(session)
  assert.deepEqual([late.status, late.code], [403, 'ExpiredToken'])
  nowMs += 2 * 24 * 3600_000
  await store.sweep()
  assert.equal((await put(session)).code, 'InvalidAccessKeyId')
})

const chunked = (mode: string, length: number, more: Record<string, string> = {}) => ({
  method: 'PUT',
  target: '/bucket/chunked',
  payloadHash: mode,
  headers: {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(length),
    ...more,
  },
})
const signedMode = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'

test('a body signed in chunks is stored, and refused when any of it was changed', async (context) => {
  const store = await withBucket(await storeFor(context))
  const date = new Date()
  const pieces = ['a'.repeat(70_000), 'b'.repeat(9000)]
  const make = signedChunks(pieces, region, date)
  const raw = { ...chunked(signedMode, 79_000), date }
  const changed = await sendRaw(store.url, region, owner, {
    ...raw,
    chunk: (signature, sign) =>
      Buffer.from(make(signature, sign).toString('latin1').replace('bb', 'bc'), 'latin1'),
  })
  assert.deepEqual([changed.status, changed.code], [403, 'SignatureDoesNotMatch'])
  const short = await sendRaw(store.url, region, owner, {
    ...chunked(signedMode, 79_001),
    date,
    chunk: make,
  })
  assert.deepEqual([short.status, short.code], [400, 'IncompleteBody'])
  const head = new HeadObjectCommand({ Bucket: 'bucket', Key: 'chunked' })
  assert.equal(await statusOf(store.client().send(head)), 404)
  const stored = await sendRaw(store.url, region, owner, { ...raw, chunk: make })
  assert.equal(stored.status, 200, stored.body)
  const read = await store.client().send(new GetObjectCommand({ Bucket: 'bucket', Key: 'chunked' }))
  assert.equal(await read.Body?.transformToString(), pieces.join(''))
  assert.equal(read.ContentEncoding, undefined)
})

test('a trailing checksum is verified, signed or not', async (context) => {
  const store = await withBucket(await storeFor(context))
  const date = new Date()
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32('trailing'))
  const line = `x-amz-checksum-crc32:${sum.toString('base64')}`
  const wrong = 'x-amz-checksum-crc32:AAAAAA=='
  const trailer = { 'x-amz-trailer': 'x-amz-checksum-crc32' }
  for (const [checksum, status] of [
    [line, 200],
    [wrong, 400],
  ] as const) {
    const signed = await sendRaw(store.url, region, owner, {
      ...chunked(`${signedMode}-TRAILER`, 8, trailer),
      date,
      chunk: signedChunks(['trailing'], region, date, [checksum]),
    })
    assert.equal(signed.status, status, signed.body)
    const unsigned = await sendRaw(store.url, region, owner, {
      ...chunked('STREAMING-UNSIGNED-PAYLOAD-TRAILER', 8, trailer),
      body: `8\r\ntrailing\r\n0\r\n${checksum}\r\n\r\n`,
    })
    assert.equal(unsigned.status, status, unsigned.body)
  }
})

const presigner = (credentials: typeof owner & { sessionToken?: string }) =>
  new SignatureV4({
    ...{ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false },
    applyChecksum: false,
  })

async function presign(
  store: StartedStore,
  credentials: typeof owner & { sessionToken?: string },
  options: { method?: string; expiresIn?: number; signingDate?: Date } = {},
): Promise<string> {
  const { hostname, port, host } = new URL(store.url)
  const signed = await presigner(credentials).presign(
    {
      ...{ method: options.method ?? 'GET', protocol: 'http:', hostname, port: Number(port) },
      ...{ path: '/bucket/key', query: {} },
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    },
    { expiresIn: 60, ...options },
  )
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  )
  return `/bucket/key?${query.join('&')}`
}

test('a presigned URL works until it expires, for its method and its key', async (context) => {
  const store = await withBucket(await storeFor(context))
  await store.client().send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'x' }))
  const session = await store.session(allow('s3:*', 'arn:aws:s3:::bucket/*'))
  const fetchIt = (target: string, method = 'GET', body?: string) =>
    send(
      store.url,
      method,
      target,
      body === undefined ? {} : { 'content-length': String(body.length) },
      body,
    )
  for (const credentials of [owner, session]) {
    const target = await presign(store, credentials)
    assert.equal((await fetchIt(target)).body, 'x')
    assert.equal((await fetchIt(target, 'DELETE')).code, 'SignatureDoesNotMatch')
    assert.equal((await fetchIt(target.replace('/key?', '/kez?'))).code, 'SignatureDoesNotMatch')
    const old = await presign(store, credentials, { signingDate: minutes(-2) })
    assert.deepEqual((await fetchIt(old)).code, 'AccessDenied')
    const longest = await presign(store, credentials, { expiresIn: 604_800 })
    assert.equal((await fetchIt(longest)).status, 200)
    const tooLong = longest.replace('X-Amz-Expires=604800', 'X-Amz-Expires=604801')
    assert.equal((await fetchIt(tooLong)).code, 'AuthorizationQueryParametersError')
    const put = await presign(store, credentials, { method: 'PUT' })
    assert.equal((await fetchIt(put, 'PUT', 'x')).status, 200)
  }
})

test('a presigned URL of a session ends with the session’s access', async (context) => {
  const store = await withBucket(await storeFor(context))
  const session = await store.session(allow('s3:*', 'arn:aws:s3:::bucket/*'))
  await store.client().send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'x' }))
  const target = await presign(store, session)
  const Statement = {
    ...{ Effect: 'Deny', Principal: { AWS: roles.consumers }, Action: 's3:*', Resource: '*' },
  }
  const Policy = JSON.stringify({ Statement })
  assert.equal((await send(store.url, 'GET', target, {})).status, 200)
  await store.client().send(new PutBucketPolicyCommand({ Bucket: 'bucket', Policy }))
  assert.equal((await send(store.url, 'GET', target, {})).status, 403)
})
