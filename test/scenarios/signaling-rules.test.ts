import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  controlPlaneFile,
  openingBody,
  signal,
  startControlPlane,
} from '../support/control-plane-under-test.ts'
import { startUnderTest } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import {
  message,
  startSignaling,
  workspacesOf,
  type SignalingUnderTest,
} from '../support/signaling-fixture.ts'
import { until } from '../support/until.ts'

const mine = { 'mine.service.yaml': nodeService('mine', '', { datasets: ['compute-1'] }) }
const target = { endpointType: 'HttpData', endpoint: 'http://127.0.0.1:1/taken' }
let signaling: SignalingUnderTest

before(async () => {
  signaling = await startSignaling({ services: mine })
})

after(() => signaling[Symbol.asyncDispose]())

test('a pull with an address and a push without are 400, and make nothing', async () => {
  const agreementId = randomUUID()
  const refused = [
    { transferType: 'HttpData-PULL', dataAddress: target },
    { transferType: 'http-pull', dataAddress: {} },
    { transferType: 'HttpData-PUSH' },
    { transferType: 'HttpData-PUSH', dataAddress: {} },
    { transferType: 'HttpData-PUSH', dataAddress: { endpoint: 'no address' } },
  ]
  for (const wish of refused) {
    const answer = await signaling.start({ agreementId, ...wish })
    assert.deepEqual([answer.status, answer.body.code], [400, 'invalid-request'])
  }
  assert.deepEqual(await workspacesOf(signaling.under, agreementId), [])
})

test('a push to an address that is no http is refused', async () => {
  for (const endpoint of ['file:///etc/passwd', 'ftp://127.0.0.1/', 'javascript:1']) {
    const wish = { transferType: 'HttpData-PUSH', dataAddress: { ...target, endpoint } }
    const answer = await signaling.start(wish)
    assert.deepEqual([answer.status, answer.body.code], [422, 'address-refused'])
  }
})

test('an unknown transfer type is 400 transfer-type-unknown', async () => {
  for (const transferType of ['AmazonS3-PULL', 'HttpData', 'httpdata-pull', 'x'.repeat(2048)]) {
    const answers = [
      await signaling.start({ transferType }),
      await signaling.prepare({ transferType }),
    ]
    for (const { status, body } of answers)
      assert.deepEqual([status, body.code], [400, 'transfer-type-unknown'])
  }
})

test('a dataset without compute service is 422 no-compute-service', async () => {
  const answer = await signaling.start({ datasetId: 'other' })
  assert.deepEqual([answer.status, answer.body.code], [422, 'no-compute-service'])
  const unknown = await signaling.start({ metadata: { computeServices: ['mine', 'unknown'] } })
  assert.deepEqual([unknown.status, unknown.body.code], [422, 'no-compute-service'])
  const named = await signaling.start({ datasetId: 'other', metadata: { computeServices: 'mine' } })
  assert.equal(named.status, 200)
  assert.equal((await signaling.start({ datasetId: 'mine' })).status, 200)
})

test('another consumer on the same agreement is 409', async () => {
  const agreementId = randomUUID()
  assert.equal((await signaling.start({ agreementId })).status, 200)
  const other = await signaling.start({ agreementId, counterPartyId: 'somebody-else' })
  assert.deepEqual([other.status, other.body.code], [409, 'state-conflict'])
  assert.doesNotMatch(JSON.stringify(other.body), /"consumer"|somebody-else/)
  assert.equal((await signaling.start({ agreementId })).status, 200)
})

test('a refused start may come again once what was missing is there', async () => {
  const opening = openingBody({ datasetId: 'later' })
  assert.equal((await signaling.send('start', opening)).status, 422)
  assert.equal(await signaling.state(opening.processId), 404)
  assert.equal((await signaling.send('start', { ...opening, datasetId: 'mine' })).status, 200)
})

test('a control plane sees and changes only its own flows and its own entry', async () => {
  await using plane = await startControlPlane()
  const inbound = (key: string) => ({ type: 'api-key', key })
  const unregistered = { id: 'second', protocol: 'dps', inbound: inbound('key-of-second') }
  await using under = await startUnderTest({
    services: mine,
    controlPlanes: {
      '1.control-plane.yaml': controlPlaneFile('first', plane, {
        inbound: inbound('key-of-first'),
      }),
      '2.control-plane.yaml': unregistered,
    },
  })
  const by = (key: string) => ({ 'x-api-key': key })
  const opening = openingBody()
  const { processId } = opening
  const url = under.connectorUrl
  assert.equal((await signal(url, 'start', opening, by('key-of-first'))).status, 200)
  assert.equal((await signal(url, 'start', openingBody(), by('key-of-third'))).status, 401)
  assert.equal((await signal(url, 'start', openingBody())).status, 401)
  const seen = (key: string) => signal(url, `${processId}/status`, undefined, by(key))
  assert.equal((await seen('key-of-second')).status, 404)
  const suspend = await signal(url, `${processId}/suspend`, message(), by('key-of-second'))
  assert.equal(suspend.status, 404)
  assert.equal((await signal(url, `${processId}/terminate`, {}, by('key-of-second'))).status, 200)
  assert.equal((await seen('key-of-first')).body.state, 'STARTED')
  const again = openingBody({ processId })
  assert.equal((await signal(url, 'start', again, by('key-of-second'))).status, 409)

  const register = async (key: string, controlplaneId: string, endpoint: string) => {
    const response = await fetch(`${url}/signaling/v1/controlplanes`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...by(key) },
      body: JSON.stringify({ controlplaneId, endpoint }),
    })
    return response.status
  }
  assert.equal(await register('key-of-second', 'first', plane.url), 404)
  assert.equal(await register('key-of-second', 'unknown', plane.url), 404)
  assert.equal(await register('key-of-first', 'first', plane.url), 200)
  assert.equal(await register('key-of-first', 'first', 'http://127.0.0.1:1/elsewhere'), 403)
  assert.equal(await register('key-of-second', 'second', 'file:///etc/passwd'), 422)
  assert.equal(await register('key-of-second', 'second', `${plane.url}/`), 200)
  assert.equal(await register('key-of-second', 'second', plane.url), 200)
  const remove = (key: string, id: string) =>
    fetch(`${url}/signaling/v1/controlplanes/${id}`, { method: 'DELETE', headers: by(key) })
  assert.equal((await remove('key-of-second', 'first')).status, 404)
  assert.equal((await remove('key-of-second', 'second')).status, 204)
})

test('startDelayMs holds the answer to start, and no callback comes before it', async () => {
  const startDelayMs = 700
  await using held = await startSignaling({ controlPlane: { startDelayMs } })
  const answeredAt = new Map<string, number>()
  const start = async (wish: Parameters<typeof openingBody>[0]) => {
    const opening = openingBody(wish)
    const begun = performance.now()
    const { status } = await held.send('start', opening)
    assert.ok(status < 300)
    answeredAt.set(opening.processId, performance.now())
    assert.ok(performance.now() - begun >= startDelayMs - 5)
    return opening.processId
  }
  const endpoint = `http://127.0.0.1:${held.plane.port}/document`
  const push = { transferType: 'HttpData-PUSH', dataAddress: { ...target, endpoint } }
  const flows = [
    [await start({ agreementId: 'async' }), 'started'],
    [await start({ agreementId: 'complete-1' }), 'completed'],
    [await start({ agreementId: 'plain', ...push }), 'completed'],
  ] as const
  for (const [processId, kind] of flows) {
    const path = `/signaling/transfers/${processId}/dataflow/${kind}`
    const called = await until(`the callback ${kind}`, () =>
      Promise.resolve(held.plane.callbacks.find((one) => one.path === path)),
    )
    const after = called.at - (answeredAt.get(processId) ?? Infinity)
    assert.ok(after >= 90, `${kind} came ${Math.round(after)} ms after the answer`)
  }
})

test('the answer to a start comes within milliseconds', async (t) => {
  const times: number[] = []
  for (let count = 0; count < 200; count++) {
    const begun = performance.now()
    const { status } = await signaling.start()
    times.push(performance.now() - begun)
    assert.equal(status, 200)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const [p50 = 0, p99 = 0] = [sorted[100], sorted[197]]
  t.diagnostic(`200 starts: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
  assert.ok(p99 < 1000, `p99 ${p99} ms`)
})
