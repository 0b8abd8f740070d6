import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
} from '../support/control-plane-under-test.ts'
import { startUnderTest } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { message, startSignaling } from '../support/signaling-fixture.ts'
import { serveFile, startSource } from '../support/source-server.ts'
import {
  address,
  content,
  inputOf,
  sha256,
  startThirdParty,
  type ThirdParty,
} from '../support/third-party-fixture.ts'
import { until } from '../support/until.ts'

let flows: ThirdParty
let source: Awaited<ReturnType<typeof startSource>>

before(async () => {
  flows = await startThirdParty()
  source = await startSource((incoming, response) => {
    const token = incoming.headers.authorization
    if (token !== 'Bearer source-token') response.writeHead(403).end()
    else serveFile(incoming, response, { content })
  })
})

after(async () => {
  await flows[Symbol.asyncDispose]()
  await source.stop()
})

test('a pull that is told where its data are completes its flow', async () => {
  const { workspace, consumer } = await flows.openWorkspace()
  const opening = openingBody({ datasetId: 'data of a partner', metadata: { workspace } })
  const { processId } = opening
  const prepared = await flows.send('prepare', opening)
  assert.equal(prepared.body.dataAddress, undefined)
  const startedAt = performance.now()
  const started = { ...message(), dataAddress: address(source.url) }
  assert.equal((await flows.send(`${processId}/started`, started)).status, 200)
  assert.equal(await flows.state(processId), 'STARTED')
  await flows.becomes(processId, 'COMPLETED')
  assert.ok(performance.now() - startedAt >= 490, 'STARTED was shown')
  await flows.told(processId, ['completed'])
  const input = await inputOf(consumer, 'data-of-a-partner')
  assert.deepEqual([input.bytes, input.sha256], [content.length, sha256])
  assert.equal((await flows.send(`${processId}/started`, started)).status, 200)
})

test('a pull without a named workspace brings its own, without services', async () => {
  const opening = openingBody()
  const { processId, agreementId } = opening
  await flows.send('prepare', opening)
  const dataAddress = address(source.url)
  await flows.send(`${processId}/started`, { ...message(), dataAddress })
  await flows.becomes(processId, 'COMPLETED')
  const { read } = flows
  const [own, ...others] = await read.workspaces.list({ where: { agreementId } })
  assert.deepEqual([own?.kind, own?.services, others], ['data', [], []])
})

test('a source that refuses makes the flow TERMINATED, and the control plane is told', async () => {
  for (const [endpoint, token] of [
    [source.url, 'wrong-token'],
    [`http://127.0.0.1:${flows.plane.port}/nothing`, 'source-token'],
  ] as const) {
    flows.plane.answer = ({ path }) => (path === '/nothing' ? 404 : 200)
    const opening = openingBody()
    const { processId } = opening
    await flows.send('prepare', opening)
    const dataAddress = address(endpoint, token)
    await flows.send(`${processId}/started`, { ...message(), dataAddress })
    await flows.becomes(processId, 'TERMINATED')
    await flows.told(processId, ['errored'])
    const [callback] = flows.plane.callbacks.filter(({ path }) => path.includes(processId))
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
  until(`a transfer ${state}`, async () => (await flows.transferOf(processId)).state === state)

test('suspend pauses a pull, and resume goes on', async (t) => {
  const { workspace, consumer } = await flows.openWorkspace()
  const gate = Promise.withResolvers<undefined>()
  const slow = await slowSource(t, (count) => (count === 0 ? never : gate.promise))
  const opening = openingBody({ metadata: { workspace, input: 'slow' } })
  const { processId } = opening
  await flows.send('prepare', opening)
  const started = { ...message(), dataAddress: address(slow.url) }
  await flows.send(`${processId}/started`, started)
  await transferIs(processId, 'RUNNING')
  assert.equal((await flows.send(`${processId}/suspend`, message())).status, 200)
  await transferIs(processId, 'QUEUED')
  assert.equal(await flows.state(processId), 'SUSPENDED')
  const resumed = await flows.send(`${processId}/resume`, message())
  assert.deepEqual([resumed.status, resumed.body.state], [200, 'STARTED'])
  await transferIs(processId, 'RUNNING')
  gate.resolve(undefined)
  await flows.becomes(processId, 'COMPLETED')
  assert.equal((await inputOf(consumer, 'slow')).sha256, sha256)
})

test('terminate ends a running pull, and nothing of it is left', async (t) => {
  const { workspace, consumer } = await flows.openWorkspace()
  const gate = Promise.withResolvers<undefined>()
  const slow = await slowSource(t, () => gate.promise)
  const opening = openingBody({ metadata: { workspace, input: 'endless' } })
  const { processId } = opening
  await flows.send('prepare', opening)
  const started = { ...message(), dataAddress: address(slow.url) }
  await flows.send(`${processId}/started`, started)
  await transferIs(processId, 'RUNNING')
  await flows.send(`${processId}/terminate`, message())
  gate.resolve(undefined)
  const ended = await until('the end without its secrets', async () => {
    const transfer = await flows.transferOf(processId)
    return transfer.endedAt !== null && transfer.sealedSource === null && transfer
  })
  assert.deepEqual([ended.state, ended.failure?.code], ['FAILED', 'source-terminated'])
  assert.equal(ended.uploadId, null)
  const { body } = await consumer.call('GET', '/inputs')
  assert.deepEqual((body as { items: unknown[] }).items, [])
  assert.deepEqual(flows.plane.kindsOf(processId), [])
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
