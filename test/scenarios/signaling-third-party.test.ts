import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { after, before, test, type TestContext } from 'node:test'
import { consumerClient, type ConsumerClient } from '../support/consumer-client.ts'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
  type SignalingAnswer,
} from '../support/control-plane-under-test.ts'
import { startUnderTest } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { message, startSignaling, type SignalingUnderTest } from '../support/signaling-fixture.ts'
import { serveFile, startSource } from '../support/source-server.ts'
import { until } from '../support/until.ts'

const content = randomBytes(3 * 1024 * 1024)
const sha256 = createHash('sha256').update(content).digest('hex')
let signaling: SignalingUnderTest
let source: Awaited<ReturnType<typeof startSource>>

before(async () => {
  signaling = await startSignaling()
  source = await startSource((incoming, response) => {
    const token = incoming.headers.authorization
    if (token !== 'Bearer source-token') response.writeHead(403).end()
    else serveFile(incoming, response, { content })
  })
})

after(async () => {
  await signaling[Symbol.asyncDispose]()
  await source.stop()
})

/** A workspace of a compute agreement, with its consumer. */
async function openWorkspace() {
  const agreementId = randomUUID()
  const answer = await signaling.start({ agreementId })
  const { endpoint } = answer.body.dataAddress ?? assert.fail('no address')
  const consumer = consumerClient(endpoint, property(answer, 'authorization'))
  return { agreementId, workspace: property(answer, 'workspaceId'), consumer }
}

const address = (endpoint: string, token = 'source-token') => ({
  '@type': 'DataAddress',
  endpointType: 'HttpData-PULL',
  endpoint,
  endpointProperties: [
    { '@type': 'EndpointProperty', name: 'authorization', value: token },
    { '@type': 'EndpointProperty', name: 'authType', value: 'bearer' },
  ],
})

/** POSTs in chunks, as a connector's data plane does. `hold` is waited for in the middle. */
async function push(answer: SignalingAnswer, bytes: Buffer, hold?: () => Promise<unknown>) {
  const { endpoint } = answer.body.dataAddress ?? assert.fail('no address')
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>()
  const outgoing = request(
    endpoint,
    {
      method: 'POST',
      headers: {
        authorization: property(answer, 'authorization'),
        'content-type': 'application/octet-stream',
        'transfer-encoding': 'chunked',
      },
    },
    (response) => {
      json(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    },
  )
  outgoing.once('error', reject)
  const middle = Math.floor(bytes.length / 2)
  outgoing.write(bytes.subarray(0, middle))
  if (hold !== undefined) await hold()
  for (let at = middle; at < bytes.length; at += 65_536) {
    outgoing.write(bytes.subarray(at, Math.min(at + 65_536, bytes.length)))
    await nextTurn()
  }
  outgoing.end()
  return promise
}

interface ShownInput {
  readonly name: string
  readonly state: string
  readonly bytes: number
  readonly sha256: string | null
  readonly origin: { readonly type: string }
}

async function inputOf(consumer: ConsumerClient, name: string): Promise<ShownInput> {
  const { items } = (await consumer.call('GET', '/inputs')).body as { items: ShownInput[] }
  return items.find((input) => input.name === name) ?? assert.fail(`no input ${name}`)
}

const transferOf = async (processId: string) => {
  const { read } = signaling.under.service.app.database
  const flow = await read.flows.first({ processId })
  const transfer = await read.transfers.get({ id: flow?.transferId ?? '' })
  return transfer ?? assert.fail('no transfer')
}

const becomes = (processId: string, state: string) =>
  until(`the state ${state}`, async () => (await signaling.state(processId)) === state)

const told = (processId: string, kinds: readonly string[]) =>
  until(`the callbacks ${kinds.join(', ')}`, () => {
    const seen = signaling.plane.kindsOf(processId)
    return Promise.resolve(seen.join() === kinds.join())
  })

test('a prepared push takes bytes in chunks, before its started, into the named workspace', async () => {
  const { workspace, consumer } = await openWorkspace()
  const transferType = 'HttpData-PUSH'
  const opening = openingBody({ transferType, metadata: { workspace, input: 'partner.csv' } })
  const { processId } = opening
  const prepared = await signaling.send('prepare', opening)
  const pushed = await push(prepared, content)
  assert.equal(pushed.status, 200, JSON.stringify(pushed.body))
  const { transferId, ...stored } = pushed.body as { transferId: string }
  assert.deepEqual(stored, { bytes: content.length, sha256 })
  assert.ok(transferId)
  const input = await inputOf(consumer, 'partner.csv')
  assert.deepEqual([input.state, input.bytes, input.sha256], ['AVAILABLE', content.length, sha256])
  assert.equal(input.origin.type, 'sink')
  assert.equal(await signaling.state(processId), 'PREPARED')
  assert.equal((await signaling.send(`${processId}/started`, message())).status, 200)
  assert.equal((await push(prepared, content)).status, 200, 'the same bytes again')
  assert.equal((await push(prepared, Buffer.from('other bytes'))).status, 409)
  assert.equal((await signaling.send(`${processId}/completed`, {})).status, 200)
  assert.equal(await signaling.state(processId), 'COMPLETED')
  assert.equal((await transferOf(processId)).state, 'SUCCEEDED')
})

test('a push whose bytes come slowly is one delivery', async () => {
  const { workspace, consumer } = await openWorkspace()
  const opening = openingBody({
    transferType: 'HttpData-PUSH',
    metadata: { workspace, input: 'slow.csv' },
  })
  const prepared = await signaling.send('prepare', opening)
  const idle = () =>
    until('the transfer to run', async () => {
      await signaling.under.service.controller.idle()
      return (await transferOf(opening.processId)).state !== 'EXPECTED'
    })
  const pushed = await push(prepared, content, idle)
  assert.equal(pushed.status, 200, JSON.stringify(pushed.body))
  assert.equal((await inputOf(consumer, 'slow.csv')).sha256, sha256)
  assert.equal((await transferOf(opening.processId)).state, 'SUCCEEDED')
})

test('a terminate after the bytes have arrived is no failure', async () => {
  const { agreementId, consumer } = await openWorkspace()
  const transferType = 'HttpData-PUSH'
  const opening = openingBody({ transferType, metadata: { workspace: agreementId, input: 'a' } })
  const { processId } = opening
  assert.equal((await push(await signaling.send('prepare', opening), content)).status, 200)
  assert.equal((await signaling.send(`${processId}/terminate`, message())).status, 200)
  assert.equal((await transferOf(processId)).state, 'SUCCEEDED')
  assert.equal((await inputOf(consumer, 'a')).state, 'AVAILABLE')
  assert.deepEqual(signaling.plane.kindsOf(processId), [])
})

test('a terminated push takes no bytes any more, and its transfer has failed', async () => {
  const opening = openingBody({ transferType: 'HttpData-PUSH' })
  const prepared = await signaling.send('prepare', opening)
  await signaling.send(`${opening.processId}/terminate`, message())
  assert.equal((await push(prepared, Buffer.from('too late'))).status, 401)
  const { state, failure } = await transferOf(opening.processId)
  assert.deepEqual([state, failure?.code], ['FAILED', 'source-terminated'])
})

test('a pull that is told where its data are completes its flow', async () => {
  const { workspace, consumer } = await openWorkspace()
  const opening = openingBody({ datasetId: 'data of a partner', metadata: { workspace } })
  const { processId } = opening
  const prepared = await signaling.send('prepare', opening)
  assert.equal(prepared.body.dataAddress, undefined)
  const startedAt = performance.now()
  const started = { ...message(), dataAddress: address(source.url) }
  assert.equal((await signaling.send(`${processId}/started`, started)).status, 200)
  assert.equal(await signaling.state(processId), 'STARTED')
  await becomes(processId, 'COMPLETED')
  assert.ok(performance.now() - startedAt >= 490, 'STARTED was shown')
  await told(processId, ['completed'])
  const input = await inputOf(consumer, 'data-of-a-partner')
  assert.deepEqual([input.bytes, input.sha256], [content.length, sha256])
  assert.equal((await signaling.send(`${processId}/started`, started)).status, 200)
})

test('a pull without a named workspace brings its own, without services', async () => {
  const opening = openingBody()
  const { processId, agreementId } = opening
  await signaling.send('prepare', opening)
  const dataAddress = address(source.url)
  await signaling.send(`${processId}/started`, { ...message(), dataAddress })
  await becomes(processId, 'COMPLETED')
  const { read } = signaling.under.service.app.database
  const [own, ...others] = await read.workspaces.list({ where: { agreementId } })
  assert.deepEqual([own?.kind, own?.services, others], ['data', [], []])
})

test('a source that refuses makes the flow TERMINATED, and the control plane is told', async () => {
  for (const [endpoint, token] of [
    [source.url, 'wrong-token'],
    [`http://127.0.0.1:${signaling.plane.port}/nothing`, 'source-token'],
  ] as const) {
    signaling.plane.answer = ({ path }) => (path === '/nothing' ? 404 : 200)
    const opening = openingBody()
    const { processId } = opening
    await signaling.send('prepare', opening)
    const dataAddress = address(endpoint, token)
    await signaling.send(`${processId}/started`, { ...message(), dataAddress })
    await becomes(processId, 'TERMINATED')
    await told(processId, ['errored'])
    const [callback] = signaling.plane.callbacks.filter(({ path }) => path.includes(processId))
    const { state, error } = callback?.body as { state: string; error: string }
    assert.equal(state, 'TERMINATED')
    assert.match(error, /^The source answered 40[34]\.$/)
  }
})

/** A source that sends one half, and the other one when the promise of its request is fulfilled. */
async function slowSource(t: TestContext, otherHalf: (count: number) => Promise<unknown>) {
  const half = content.length / 2
  const slow = await startSource((_incoming, response, count) => {
    response.writeHead(200, { 'content-length': content.length, etag: '"1"' })
    response.write(content.subarray(0, half))
    otherHalf(count).then(
      () => response.end(content.subarray(half)),
      () => response.destroy(),
    )
  })
  t.after(() => slow.stop())
  return slow
}

const never = new Promise<never>(() => undefined)

const transferIs = (processId: string, state: string) =>
  until(`a transfer ${state}`, async () => (await transferOf(processId)).state === state)

test('suspend pauses a pull, and resume goes on', async (t) => {
  const { workspace, consumer } = await openWorkspace()
  const gate = Promise.withResolvers<undefined>()
  const slow = await slowSource(t, (count) => (count === 0 ? never : gate.promise))
  const opening = openingBody({ metadata: { workspace, input: 'slow' } })
  const { processId } = opening
  await signaling.send('prepare', opening)
  const started = { ...message(), dataAddress: address(slow.url) }
  await signaling.send(`${processId}/started`, started)
  await transferIs(processId, 'RUNNING')
  assert.equal((await signaling.send(`${processId}/suspend`, message())).status, 200)
  await transferIs(processId, 'QUEUED')
  assert.equal(await signaling.state(processId), 'SUSPENDED')
  const resumed = await signaling.send(`${processId}/resume`, message())
  assert.deepEqual([resumed.status, resumed.body.state], [200, 'STARTED'])
  await transferIs(processId, 'RUNNING')
  gate.resolve(undefined)
  await becomes(processId, 'COMPLETED')
  assert.equal((await inputOf(consumer, 'slow')).sha256, sha256)
})

test('terminate ends a running pull, and nothing of it is left', async (t) => {
  const { workspace, consumer } = await openWorkspace()
  const gate = Promise.withResolvers<undefined>()
  const slow = await slowSource(t, () => gate.promise)
  const opening = openingBody({ metadata: { workspace, input: 'endless' } })
  const { processId } = opening
  await signaling.send('prepare', opening)
  const started = { ...message(), dataAddress: address(slow.url) }
  await signaling.send(`${processId}/started`, started)
  await transferIs(processId, 'RUNNING')
  await signaling.send(`${processId}/terminate`, message())
  gate.resolve(undefined)
  const ended = await until('the end without its secrets', async () => {
    const transfer = await transferOf(processId)
    return transfer.endedAt !== null && transfer.sealedSource === null && transfer
  })
  assert.deepEqual([ended.state, ended.failure?.code], ['FAILED', 'source-terminated'])
  assert.equal(ended.uploadId, null)
  const { body } = await consumer.call('GET', '/inputs')
  assert.deepEqual((body as { items: unknown[] }).items, [])
  assert.deepEqual(signaling.plane.kindsOf(processId), [])
})

test('a target that is not there, or belongs to another participant context, is 404', async () => {
  await using plane = await startControlPlane()
  const inbound = (key: string) => ({ inbound: { type: 'api-key', key } })
  await using under = await startUnderTest({
    services: { 'any.service.yaml': nodeService('any', '') },
    controlPlanes: {
      '1.control-plane.yaml': controlPlaneFile('one', plane, inbound('one')),
      '2.control-plane.yaml': controlPlaneFile('two', plane, inbound('two')),
    },
  })
  const send = (key: string, operation: string, metadata: Record<string, unknown>) =>
    signal(under.connectorUrl, operation, openingBody({ metadata, agreementId: 'shared' }), {
      'x-api-key': key,
    })
  const workspace = property(await send('one', 'start', {}), 'workspaceId')
  assert.equal((await send('one', 'prepare', { workspace })).status, 200)
  const foreign = await send('two', 'prepare', { workspace })
  const unknown = await send('two', 'prepare', { workspace: 'ws-that-never-was' })
  assert.deepEqual([foreign.status, unknown.status], [404, 404])
  assert.equal(foreign.body.detail, unknown.body.detail)
  assert.equal((await send('two', 'prepare', { workspace: 'shared' })).status, 404)
  assert.equal((await send('one', 'prepare', { workspace: 'shared' })).status, 200)
  assert.equal((await send('one', 'prepare', { workspace, input: '../escape' })).status, 400)
})

test('a prepared flow that nobody starts ends at its time, and is told', async () => {
  await using short = await startSignaling({ variables: { DSC_PREPARED_SECONDS: '1' } })
  const { body } = await short.prepare()
  const processId = body.dataFlowId ?? ''
  await until('the end', async () => (await short.state(processId)) === 'TERMINATED')
  await until('the callback', () =>
    Promise.resolve(short.plane.kindsOf(processId).join() === 'errored'),
  )
  assert.equal((await short.send(`${processId}/started`, message())).status, 409)
  assert.equal((await short.send(`${processId}/terminate`, message())).status, 200)
})
