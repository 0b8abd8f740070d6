import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { nodeService } from '../support/services.ts'
import {
  MiB,
  startWorld,
  storeClient,
  type OpenedFlow,
  type World,
} from '../support/two-agreements-open.ts'
import { beginUpload, reprDigest, sha256 } from '../support/two-agreements-upload.ts'
import { until } from '../support/until.ts'

let world: World
let flow: OpenedFlow

const holding = nodeService('hold', 'setInterval(() => {}, 1000)', {
  inputs: [{ name: 'in.txt', kind: 'file', mountPath: '/in', required: true }],
})

before(async () => {
  world = await startWorld({ services: { 'hold.service.yaml': holding } })
  flow = await world.open()
})
after(() => world[Symbol.asyncDispose]())

/** What the service's own key sees in the bucket, and unfinished uploads. */
async function bucketContent() {
  const { store } = world.under.service.app
  const { seen } = await flow.ask('GET', '/workspace')
  const limit = AbortSignal.timeout(10_000)
  const { objects } = await store.list(seen.store.bucket, { prefix: 'inputs/' }, limit)
  const uploads = await store.listUploads(seen.store.bucket, '', limit)
  return { keys: objects.map(({ key }) => key), uploads }
}

const inputUrl = (name: string) => `${world.under.consumerUrl}/v1/inputs/${name}`
const inputState = async (name: string) => {
  const { read } = world.under.service.app.database
  const { seen } = await flow.ask('GET', '/workspace')
  return (await read.inputs.get({ workspaceId: seen.id, name }))?.state
}

test('PUT takes a body with and without a length, checks its digest, and leaves nothing of a wrong one', async () => {
  const body = randomBytes(3 * MiB)
  const withLength = await flow.ask('PUT', '/inputs/length', body, reprDigest(body))
  assert.deepEqual([withLength.status, withLength.seen.bytes], [201, body.length])
  assert.equal(withLength.seen.sha256, sha256(body).toString('hex'))
  const again = await flow.ask('PUT', '/inputs/length', 'other')
  assert.deepEqual([again.status, again.seen.bytes], [200, 5])

  const chunked = beginUpload(inputUrl('chunked'), flow.consumer.token, reprDigest(body))
  chunked.request.write(body.subarray(0, MiB))
  chunked.request.end(body.subarray(MiB))
  const { status, body: answered } = await chunked.answer
  assert.deepEqual([status, answered['bytes']], [201, body.length])

  const wrong = await flow.ask('PUT', '/inputs/wrong', body, reprDigest('other'))
  assert.deepEqual([wrong.status, wrong.seen.code], [422, 'digest-mismatch'])
  const malformed = await flow.ask('PUT', '/inputs/wrong', body, { 'repr-digest': 'sha-256=:x:' })
  assert.deepEqual([malformed.status, malformed.seen.code], [400, 'invalid-request'])
  assert.equal((await flow.ask('GET', '/inputs/wrong')).status, 404)
  const { keys, uploads } = await bucketContent()
  assert.deepEqual([keys.includes('inputs/wrong'), uploads], [false, []])
})

test('nothing is left of a body that breaks, small or long; the input is not there, or as before', async () => {
  await flow.ask('PUT', '/inputs/kept', 'kept')
  for (const [name, bytes] of [
    ['broken-small', 1000],
    ['broken-long', 20 * MiB],
    ['kept', 1000],
  ] as const) {
    const length = { 'content-length': String(bytes + 1) }
    const { request, answer } = beginUpload(inputUrl(name), flow.consumer.token, length)
    request.write(randomBytes(bytes))
    await until('the writer', async () => {
      const { read } = world.under.service.app.database
      return (await read.inputs.list({ where: { name } })).some(({ writer }) => writer !== null)
    })
    request.destroy()
    await assert.rejects(answer)
  }
  await until('all given back', async () => {
    const states = await Promise.all(['broken-small', 'broken-long'].map(inputState))
    const { uploads } = await bucketContent()
    return states.every((state) => state === undefined) && uploads.length === 0
  })
  const { keys } = await bucketContent()
  assert.ok(keys.every((key) => !key.includes('broken')))
  assert.equal((await flow.ask('GET', '/inputs/kept')).text, 'kept')
  assert.equal((await flow.ask('PUT', '/inputs/broken-small', 'whole')).status, 201)
})

test('one writer at a time: the second PUT is refused, whatever request id it has', async () => {
  const id = { 'x-request-id': 'the-same' }
  const first = beginUpload(inputUrl('contended'), flow.consumer.token, id)
  first.request.write('first')
  await until('the first writer', async () => (await inputState('contended')) === 'UPLOADING')
  for (const headers of [{}, id]) {
    const second = await flow.ask('PUT', '/inputs/contended', 'second', headers)
    assert.deepEqual([second.status, second.seen.code], [409, 'input-in-use'])
  }
  const removed = await flow.ask('DELETE', '/inputs/contended')
  assert.deepEqual([removed.status, removed.seen.code], [409, 'input-in-use'])
  first.request.end()
  assert.equal((await first.answer).status, 201)
  assert.equal((await flow.ask('GET', '/inputs/contended')).text, 'first')
})

test('an input that a job has pinned is neither replaced nor removed until the job is over', async () => {
  await flow.ask('PUT', '/inputs/pinned', 'pinned')
  const { seen } = await flow.ask('POST', '/jobs', {
    serviceId: 'hold',
    inputs: { 'in.txt': 'pinned' },
  })
  await flow.reaches(`/jobs/${seen.id}`, 'RUNNING')
  for (const [method, path] of [
    ['PUT', '/inputs/pinned'],
    ['DELETE', '/inputs/pinned'],
    ['PUT', '/inputs/pinned?path=below'],
    ['DELETE', '/inputs/pinned?path=below'],
  ] as const) {
    const { status, seen: refused } = await flow.ask(
      method,
      path,
      method === 'PUT' ? 'x' : undefined,
    )
    assert.deepEqual([status, refused.code], [409, 'input-in-use'], `${method} ${path}`)
  }
  await flow.ask('POST', `/jobs/${seen.id}/cancel`)
  await flow.reaches(`/jobs/${seen.id}`, 'CANCELLED')
  assert.equal((await flow.ask('PUT', '/inputs/pinned', 'new')).status, 200)
})

test('a directory is there when it is completed; one file of it is read and removed', async () => {
  const put = (path: string) => flow.ask('PUT', `/inputs/folder?path=${path}`, path)
  assert.equal((await put('a.txt')).status, 201)
  assert.equal((await put('below/b.txt')).status, 200)
  assert.equal((await flow.ask('GET', '/inputs/folder?path=a.txt')).text, 'a.txt')
  const escaping = await put('../other')
  assert.deepEqual([escaping.status, escaping.seen.code], [400, 'invalid-request'])
  assert.equal(await inputState('folder'), 'UPLOADING')
  const short = await flow.ask('POST', '/inputs/folder/complete', { bytes: 1 })
  assert.deepEqual([short.status, short.seen.code], [422, 'length-mismatch'])
  const whole = await flow.ask('POST', '/inputs/folder/complete', { bytes: 16 })
  assert.deepEqual([whole.status, whole.seen.objects, whole.seen.state], [200, 2, 'AVAILABLE'])
  assert.equal((await flow.ask('DELETE', '/inputs/folder?path=a.txt')).status, 204)
  assert.equal((await flow.ask('DELETE', '/inputs/folder?path=a.txt')).status, 404)
  assert.equal((await flow.ask('DELETE', '/inputs/folder')).status, 204)
  assert.equal((await flow.ask('GET', '/inputs/folder')).status, 404)
})

test('a file put by S3 is checked when it is completed', async () => {
  const { s3, bucket } = await storeClient(flow)
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'inputs/by-s3', Body: 'by s3' }))
  s3.destroy()
  const complete = (body: object) => flow.ask('POST', '/inputs/by-s3/complete', body)
  assert.equal((await complete({ bytes: 6 })).seen.code, 'length-mismatch')
  const whole = await complete({ bytes: 5 })
  assert.deepEqual([whole.status, whole.seen.bytes], [200, 5])
  const missing = await flow.ask('POST', '/inputs/never/complete', {})
  assert.deepEqual([missing.status, missing.seen.code], [409, 'input-missing'])
})

test('an input whose writer died with the process is taken by the next who has its bytes', async () => {
  const { seen } = await flow.ask('GET', '/workspace')
  const open = beginUpload(inputUrl('orphan'), flow.consumer.token)
  open.request.write('half')
  await until('the writer', async () => (await inputState('orphan')) === 'UPLOADING')
  const { read } = world.under.service.app.database
  const held = await read.inputs.get({ workspaceId: seen.id, name: 'orphan' })
  assert.ok(held)
  open.request.end()
  await open.answer
  await flow.ask('DELETE', '/inputs/orphan')
  // As a kill of the process would leave it: claimed, and nobody keeps the claim alive.
  const past = new Date(Date.now() - 1000)
  await read.inputs.insert({ ...held, writerUntil: past })
  const { s3, bucket } = await storeClient(flow)
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'inputs/orphan', Body: 'by s3' }))
  s3.destroy()
  const completed = await flow.ask('POST', '/inputs/orphan/complete', {})
  assert.deepEqual([completed.status, completed.seen.state], [200, 'AVAILABLE'], completed.text)
})

test('nothing watches the right to a request any more when it is answered', async () => {
  const { changes } = world.under.service.app
  const wait = changes.wait.bind(changes)
  let watching = 0
  changes.wait = async (...what) => {
    watching += 1
    await wait(...what)
    watching -= 1
  }
  await flow.ask('PUT', '/inputs/watched', 'watched')
  await flow.ask('GET', '/inputs/watched')
  await flow.ask('GET', '/events?wait=1&type=none')
  await until('nobody watches', () => watching === 0, 5000)
  changes.wait = wait
})
