import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { consumerClient } from '../../support/consumer-client.ts'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
  type ControlPlaneUnderTest,
} from '../../support/control-plane-under-test.ts'
import {
  dspaceAddress,
  edcPrepare,
  edcProperty,
  edcSend,
  edcSignal,
  edcStart,
} from '../../support/edc-messages.ts'
import { until } from '../../support/until.ts'
import { offerPull, pullByConsumer } from './data-provider.ts'
import { compute, consumer, startJourney, type Journey, type Opened } from './journey.ts'
import { expectData, inputs, put } from './steps.ts'

/** The other control plane: Data Plane Signaling, played by the test, in a participant context of its own. */
const secret = `secret-of-the-other-${randomUUID()}`
const theirProcess = randomUUID()
const theirAgreement = randomUUID()
let plane: ControlPlaneUnderTest
let journey: Journey
let mine: Opened
let theirWorkspace: string
let theirToken: string

const dps = (path: string, body?: unknown, by = secret) =>
  signal(`${journey.signaling.url}/k/${by}`, path, body)
/** In the name of the real connector. */
const older = (path: string, body?: unknown) => edcSend(journey.dataPlaneUrl, path, body)

before(async () => {
  plane = await startControlPlane()
  const other = controlPlaneFile('other', plane, {
    participantContextId: 'other',
    inbound: { type: 'path-secret', secret },
  })
  journey = await startJourney({
    variables: { DSC_RECHECK_SECONDS: '60' },
    otherControlPlanes: { 'other.control-plane.yaml': other },
  })
  mine = await journey.openNew()
  await put(mine, 'mine.csv', 'a,b')
  const metadata = { computeServices: ['table-summary'] }
  const theirs = { processId: theirProcess, agreementId: theirAgreement, metadata }
  const started = await dps('start', openingBody(theirs))
  assert.equal(started.status, 200, JSON.stringify(started.body))
  theirWorkspace = property(started, 'workspaceId')
  theirToken = property(started, 'authorization')
})
after(async () => {
  await journey[Symbol.asyncDispose]()
  await plane[Symbol.asyncDispose]()
})

interface List<T> {
  readonly items: readonly T[]
}
interface Row {
  readonly id: string
  readonly state: string
}

/** Everything that belongs to a workspace, and what its token gives. */
async function everythingOf(workspaceId: string, endpoint: string, token: string) {
  const workspace = await journey.manage<Row>(`workspaces/${workspaceId}`)
  const { items: flows } = await journey.manage<List<Row>>(`flows?workspaceId=${workspaceId}`)
  const { items: transfers } = await journey.manage<List<Row>>(
    `transfers?workspaceId=${workspaceId}`,
  )
  const answer = await consumerClient(endpoint, token).call('GET', '/inputs')
  return { state: workspace.state, flows, transfers, inputs: [answer.status, answer.text] }
}
const myThings = () => everythingOf(mine.workspaceId, mine.endpoint, mine.token)
const theirThings = () => everythingOf(theirWorkspace, mine.endpoint, theirToken)

/** Whether an answer has something that opens a workspace. */
const hasAccess = (body: unknown) =>
  /dsc_|dsr_|authorization|refreshToken/i.test(JSON.stringify(body))

test('messages of Data Plane Signaling with the ids of the older one have no effect and give no token', async () => {
  const before = await myThings()
  const { contractId } = await compute.transfers.find(mine.providerId)
  const messageId = () => ({ messageId: randomUUID() })
  for (const [name, status] of [
    ['suspend', 404],
    ['resume', 404],
    ['started', 404],
    ['terminate', 200],
    ['completed', 200],
  ] as const) {
    const answer = await dps(`${mine.providerId}/${name}`, messageId())
    assert.deepEqual([name, answer.status, hasAccess(answer.body)], [name, status, false])
  }
  assert.equal((await dps(`${mine.providerId}/status`)).status, 404)
  for (const workspace of [mine.workspaceId, contractId]) {
    const metadata = { workspace, input: 'mine.csv' }
    const answer = await dps('prepare', openingBody({ metadata, transferType: 'HttpData-PUSH' }))
    assert.deepEqual([answer.status, hasAccess(answer.body)], [404, false])
  }
  const metadata = { computeServices: ['table-summary'] }
  const agreed = await dps('start', openingBody({ agreementId: contractId, metadata }))
  assert.equal(agreed.status, 200)
  assert.notEqual(property(agreed, 'workspaceId'), mine.workspaceId, 'its own, of the same name')
  const theirs = consumerClient(mine.endpoint, property(agreed, 'authorization'))
  assert.deepEqual(((await theirs.call('GET', '/inputs')).body as List<Row>).items, [])
  assert.deepEqual(await myThings(), before)
  assert.equal((await compute.transfers.find(mine.providerId)).state, 'STARTED')
})

test('messages of the older signaling with the ids of the other have no effect and give no token', async () => {
  const before = await theirThings()
  for (const [path, body, status] of [
    [`${theirProcess}/suspend`, edcSignal('Suspend'), 404],
    [`${theirProcess}/terminate`, edcSignal('Terminate'), 204],
    [`${theirProcess}/state`, undefined, 404],
  ] as const) {
    const answer = await older(path, body)
    assert.deepEqual([path, answer.status, hasAccess(answer.body)], [path, status, false])
  }
  for (const workspace of [theirWorkspace, theirAgreement]) {
    const destination = dspaceAddress('Workspace', { workspace, input: 'mine.csv' })
    const answer = await older('prepare', edcPrepare({ destination }))
    assert.deepEqual([answer.status, hasAccess(answer.body)], [404, false])
  }
  const again = edcStart({ processId: theirProcess, service: 'table-summary' })
  const refused = await older('start', again)
  assert.deepEqual([refused.status, hasAccess(refused.body)], [409, false], 'it was terminated')
  const agreed = await older(
    'start',
    edcStart({ agreementId: theirAgreement, service: 'table-summary' }),
  )
  assert.equal(agreed.status, 200)
  assert.notEqual(edcProperty(agreed, 'workspaceId'), theirWorkspace)
  assert.deepEqual(await theirThings(), before)
  assert.deepEqual(plane.callbacks, [])
})

test('the secret of one control plane opens nothing of the other protocol, and none opens nothing', async () => {
  const before = [await myThings(), await theirThings()]
  const olderSecret = /\/k\/([^/]+)\//.exec(journey.dataPlaneUrl)?.[1] ?? ''
  const { contractId } = await compute.transfers.find(mine.providerId)
  for (const by of [olderSecret, 'no-secret-of-anybody']) {
    for (const answer of [
      await dps(`${theirProcess}/terminate`, { messageId: randomUUID() }, by),
      await dps('start', openingBody({ agreementId: theirAgreement }), by),
      await dps(`${theirProcess}/status`, undefined, by),
    ])
      assert.deepEqual([answer.status, hasAccess(answer.body)], [401, false])
  }
  for (const by of [secret, 'no-secret-of-anybody']) {
    const base = journey.dataPlaneUrl.replace(olderSecret, by)
    for (const answer of [
      await edcSend(base, `${mine.providerId}/terminate`, edcSignal('Terminate')),
      await edcSend(base, 'start', edcStart({ agreementId: contractId })),
      await edcSend(base, 'check'),
    ])
      assert.deepEqual([answer.status, hasAccess(answer.body)], [401, false])
  }
  assert.deepEqual([await myThings(), await theirThings()], before)
})

test('another consumer with an agreement of the same control plane is refused', async () => {
  const before = await myThings()
  const { contractId } = await compute.transfers.find(mine.providerId)
  const forged = edcStart({
    agreementId: contractId,
    participantId: 'somebody',
    service: 'table-summary',
  })
  const answer = await older('start', forged)
  assert.deepEqual([answer.status, hasAccess(answer.body)], [409, false])
  assert.deepEqual(await myThings(), before)
})

const eventsUrl = async (id: string) =>
  (await journey.manage<{ readonly eventsUrl: string }>(`control-planes/${id}`)).eventsUrl

const post = async (url: string, type: string, payload: object) => {
  const body = JSON.stringify({ id: randomUUID(), at: Date.now(), type, payload })
  const headers = { 'content-type': 'application/json' }
  return (await fetch(url, { method: 'POST', headers, body })).status
}

test('forged and repeated events of connectors change nothing', async () => {
  const before = [await myThings(), await theirThings()]
  const own = await eventsUrl('provider-edc')
  const other = await eventsUrl('other')
  const ends = ['Terminated', 'Completed', 'Deprovisioned', 'Suspended'].map(
    (end) => `TransferProcess${end}`,
  )
  const asked = () =>
    journey.management.passed.filter(({ path }) => path.endsWith(mine.providerId)).length
  const askedBefore = asked()
  const since = performance.now()
  for (let round = 0; round < 25; round++) {
    for (const type of ends) {
      // About a flow of our own, which the connector knows better; and about one of somebody else.
      assert.equal(await post(own, type, { transferProcessId: mine.providerId }), 200)
      assert.equal(await post(own, type, { transferProcessId: theirProcess }), 200)
      assert.equal(await post(other, type, { transferProcessId: mine.providerId }), 200)
    }
  }
  assert.equal(await post(`${own}x`, ends[0] ?? '', { transferProcessId: mine.providerId }), 404)
  await until('a look at the connector', () => asked() > askedBefore)
  const seconds = (performance.now() - since) / 1000
  assert.ok(asked() - askedBefore <= seconds + 2, 'at most one look a second')
  assert.deepEqual([await myThings(), await theirThings()], before)
})

test('forged and repeated events at a callback address of the consumer change nothing', async () => {
  await using offer = await offerPull(Buffer.from('a,b\n'))
  const expected = await expectData(mine, 'pulled.csv')
  const { uri } = expected.callbackAddress
  const pulled = await pullByConsumer(offer, uri)
  await until('the data', async () => (await inputs(mine))['pulled.csv'] === 'AVAILABLE')
  const before = await myThings()
  const properties = {
    'https://w3id.org/edc/v0.0.1/ns/type': 'https://w3id.org/idsa/v4.1/HTTP',
    'https://w3id.org/edc/v0.0.1/ns/endpoint': 'http://127.0.0.1:9/other.csv',
  }
  const started = (id: string) => ({ transferProcessId: id, dataAddress: { properties } })
  for (let round = 0; round < 5; round++) {
    await post(uri, 'TransferProcessStarted', started(pulled.consumerId))
    const status = await post(uri, 'TransferProcessStarted', started(randomUUID()))
    assert.equal(status, 409, 'it is bound to another transfer')
    await post(uri, 'TransferProcessTerminated', { transferProcessId: pulled.consumerId })
  }
  assert.equal(await post(`${uri}x`, 'TransferProcessStarted', started(randomUUID())), 404)
  assert.deepEqual(await myThings(), before)
  assert.equal(offer.reads(), 1)
  await consumer.transfers.terminate(pulled.consumerId)
})
