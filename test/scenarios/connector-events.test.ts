import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { eventsUrl } from '../../src/application/control-planes/events-url.ts'
import {
  startChecked,
  type CheckedFlow,
  type CheckedPlane,
  type CheckedSetup,
} from '../support/checked-world.ts'
import { policyUntil } from '../support/connector-double.ts'
import { until } from '../support/until.ts'

async function start(t: TestContext, setup?: CheckedSetup) {
  const world = await startChecked(setup)
  t.after(() => world[Symbol.asyncDispose]())
  const urlOf = ({ id }: CheckedPlane) => eventsUrl(world.under.service.app, { id })
  const post = async (url: string, event: unknown) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(event),
    })
    await response.arrayBuffer()
    return response.status
  }
  return {
    ...world,
    urlOf,
    post,
    /** The connector tells of a process; the service answers 200. */
    hear: async (
      plane: CheckedPlane,
      type: string,
      { processId }: Pick<CheckedFlow, 'processId'>,
    ) => {
      assert.equal(await post(urlOf(plane), processEvent(type, processId)), 200)
    },
    looks: ({ connector }: CheckedPlane, { processId }: CheckedFlow) =>
      connector.asked(`transferprocesses/${processId}`).length,
  }
}

/** As EDC 0.15.1 posts it. */
const processEvent = (type: string, transferProcessId: string) => ({
  id: randomUUID(),
  at: 1_795_532_351_404,
  payload: {
    transferProcessId,
    callbackAddresses: [],
    assetId: 's1',
    type: 'PROVIDER',
    contractId: randomUUID(),
    participantContextId: 'compute',
    protocol: 'dataspace-protocol-http:2025-1',
    reason: null,
  },
  type,
})

const negotiationEvent = (type: string, agreementId?: string) => ({
  id: randomUUID(),
  at: 1_795_532_345_747,
  payload: {
    contractNegotiationId: randomUUID(),
    counterPartyId: 'consumer',
    callbackAddresses: [],
    contractOffers: [],
    ...(agreementId === undefined ? {} : { contractAgreement: { id: agreementId } }),
  },
  type,
})

const ends = [
  ['TransferProcessCompleted', 'COMPLETED', 'COMPLETED'],
  ['TransferProcessTerminated', 'TERMINATED', 'TERMINATED'],
  ['TransferProcessDeprovisioned', 'DEPROVISIONED', 'COMPLETED'],
] as const

for (const [type, there, here] of ends) {
  test(`${type} wakes the look at the management API, which ends the flow`, async (t) => {
    const world = await start(t)
    const flow = await world.one.open('start')
    world.one.connector.processes.set(flow.processId, { state: there })
    await world.hear(world.one, type, flow)
    await world.becomes(flow, here)
    assert.equal((await world.flowOf(flow)).endCause, 'control-plane')
  })

  test(`${type} ends its flow where no management API is configured`, async (t) => {
    const world = await start(t, { managed: false })
    const flow = await world.two.open('start')
    await world.hear(world.two, type, flow)
    const { state, endCause } = await world.flowOf(flow)
    assert.deepEqual([state, endCause], [here, 'control-plane'])
    const { state: workspace, stateReason } = await world.workspaceOf(flow)
    assert.deepEqual([workspace, stateReason?.code], ['SUSPENDED', 'no-flow'])
  })
}

test('an event with a name after the token is heard too', async (t) => {
  const world = await start(t, { managed: false })
  const flow = await world.two.open('start')
  const event = processEvent('TransferProcessTerminated', flow.processId)
  assert.equal(await world.post(`${world.urlOf(world.two)}/compute`, event), 200)
  assert.equal((await world.flowOf(flow)).state, 'TERMINATED')
})

test('a forged event ends nothing: the management API has the word', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  for (const [type] of ends) await world.hear(world.one, type, flow)
  await world.looked(world.one, flow, 1)
  assert.equal((await world.flowOf(flow)).state, 'STARTED')
})

test('an event about a process that the connector does not know ends nothing by itself', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  world.one.connector.processes.clear()
  for (let count = 0; count < 10; count++) {
    world.advance(2)
    await world.hear(world.one, 'TransferProcessTerminated', flow)
    await world.looked(world.one, flow, count + 1)
  }
  const { state, absences } = await world.flowOf(flow)
  assert.deepEqual([state, absences], ['STARTED', 10])
})

test('repeated events ask once at a time, and not more often than once a second', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  world.one.connector.delayMs = 300
  const begun = performance.now()
  while (performance.now() - begun < 2500) {
    const burst = Array.from({ length: 10 }, () =>
      world.hear(world.one, 'TransferProcessSuspended', flow),
    )
    await Promise.all(burst)
  }
  const seconds = (performance.now() - begun) / 1000
  const looks = world.looks(world.one, flow)
  assert.ok(looks >= 2 && looks <= Math.ceil(seconds) + 1, `${looks} looks in ${seconds} s`)
  assert.equal(world.one.connector.mostAtOnce(), 1)
})

test('events do not break the back-off of a connector that does not answer into a busy loop', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  world.one.connector.disorder = 503
  const begun = performance.now()
  while (performance.now() - begun < 2500)
    await world.hear(world.one, 'TransferProcessTerminated', flow)
  const seconds = (performance.now() - begun) / 1000
  assert.ok(world.looks(world.one, flow) <= Math.ceil(seconds) + 1)
  assert.equal((await world.flowOf(flow)).state, 'STARTED')
})

for (const managed of [true, false]) {
  const api = managed ? 'with' : 'without'
  test(`events of one control plane do nothing to another’s flows, ${api} a management API`, async (t) => {
    const world = await start(t, { managed })
    const mine = await world.two.open('start')
    const theirs = await world.one.open('start')
    const before = [world.looks(world.one, theirs), world.looks(world.two, mine)]
    await world.hear(world.two, 'TransferProcessTerminated', theirs)
    await world.hear(world.one, 'TransferProcessTerminated', mine)
    await world.hear(world.two, 'TransferProcessTerminated', { processId: randomUUID() })
    await world.idle()
    assert.deepEqual([world.looks(world.one, theirs), world.looks(world.two, mine)], before)
    assert.equal((await world.flowOf(mine)).state, 'STARTED')
    assert.equal((await world.flowOf(theirs)).state, 'STARTED')
  })
}

test('what is no hint about an end has no effect', async (t) => {
  const world = await start(t, { managed: false })
  const flow = await world.two.open('start')
  const url = world.urlOf(world.two)
  const { agreementId } = flow
  const events: readonly unknown[] = [
    processEvent('TransferProcessStarted', flow.processId),
    processEvent('TransferProcessSuspended', flow.processId),
    processEvent('constructor', flow.processId),
    negotiationEvent('ContractNegotiationTerminated', agreementId),
    negotiationEvent('ContractNegotiationTerminated'),
    { type: 'TransferProcessTerminated' },
    { type: 'TransferProcessTerminated', payload: { transferProcessId: 7 } },
    { type: 'ContractNegotiationTerminated', payload: { contractAgreement: 'x' } },
    {},
  ]
  for (const event of events) assert.equal(await world.post(url, event), 200, JSON.stringify(event))
  assert.equal((await world.flowOf(flow)).state, 'STARTED')
  assert.equal((await world.workspaceOf(flow)).state, 'READY')
})

test('an ended flow never acts again', async (t) => {
  const world = await start(t, { managed: false })
  const flow = await world.two.open('start')
  await world.hear(world.two, 'TransferProcessCompleted', flow)
  const before = await world.flowOf(flow)
  await world.hear(world.two, 'TransferProcessTerminated', flow)
  assert.deepEqual(await world.flowOf(flow), before)
})

test('a wrong token is not found, and changes nothing', async (t) => {
  const world = await start(t, { managed: false })
  const flow = await world.two.open('start')
  const url = world.urlOf(world.two)
  const event = processEvent('TransferProcessTerminated', flow.processId)
  const report = world.under.service.app.tokens.issue('report', { id: 'two', number: 0, salt: '' })
  const base = url.slice(0, url.lastIndexOf('/'))
  for (const wrong of [`${url}x`, `${base}/nonsense`, `${base}/${report}`, `${base}/two`])
    assert.equal(await world.post(wrong, event), 404, wrong)
  assert.equal((await world.flowOf(flow)).state, 'STARTED')
})

test('a negotiation wakes the look at its agreement, at its own control plane only', async (t) => {
  const world = await start(t)
  const flow = await world.one.open('start')
  world.advance(3)
  await world.looked(world.one, flow, 1)
  const { agreementId } = flow
  const { agreements } = world.one.connector
  const signedAt = Math.floor(world.under.service.app.now().getTime() / 1000)
  agreements.set(agreementId, { policy: policyUntil('contractAgreement+1h'), signedAt })
  const event = negotiationEvent('ContractNegotiationFinalized', agreementId)
  world.advance(2)
  assert.equal(await world.post(world.urlOf(world.two), event), 200)
  await world.idle()
  assert.equal((await world.workspaceOf(flow)).agreementEndsAt, null)
  assert.equal(await world.post(world.urlOf(world.one), event), 200)
  const end = await until('the end', async () => (await world.workspaceOf(flow)).agreementEndsAt)
  assert.deepEqual(end, new Date((signedAt + 3600) * 1000))
  assert.equal((await world.flowOf(flow)).state, 'STARTED')
})

test('the operator sees where events are taken, each control plane its own', async (t) => {
  const world = await start(t)
  const shown = await fetch(`${world.under.managementUrl}/v1/control-planes`, {
    headers: { 'x-api-key': world.under.service.secrets.managementKey },
  })
  const { items } = (await shown.json()) as { items: { id: string; eventsUrl: string }[] }
  const urls = new Map(items.map(({ id, eventsUrl: url }) => [id, url]))
  assert.equal(urls.get('one'), world.urlOf(world.one))
  assert.equal(urls.get('two'), world.urlOf(world.two))
  assert.notEqual(urls.get('one'), urls.get('two'))
  assert.ok(urls.get('one')?.startsWith(`${world.under.connectorUrl}/events/v1/edc/`))
})
