import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callbackSecretPlace } from '../../src/adapters/control-plane/callback-authenticator.ts'
import { createSubscription } from '../../src/application/telling/create-subscription.ts'
import { enqueueCallback } from '../../src/application/flows/enqueue-callback.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import type { FlowCallback } from '../../src/domain/flow-callback.ts'
import { addControlPlane, connectControlPlane, openingMessage } from '../support/flows.ts'
import { startReceiver, type Respond } from '../support/receiver.ts'
import { startTelling, tell } from '../support/telling.ts'
import { until } from '../support/until.ts'

test('started carries the address of a pull; it comes after the answer, at the path of its process', async (t) => {
  const { connector, open, owe, delivery, ended, bodies } = await connectControlPlane(t)
  const flow = await open('start', 'HttpData-PULL')
  await owe(flow, 'started')
  await ended(flow)
  const { state, createdAt, endedAt } = await delivery(flow)
  assert.equal(state, 'DELIVERED')
  assert.ok((endedAt?.getTime() ?? 0) - createdAt.getTime() >= 100)
  assert.equal(
    connector.received[0]?.path,
    `/signaling/transfers/${encodeURIComponent(flow.processId)}/dataflow/started`,
  )
  const [body] = bodies()
  assert.equal(body?.state, 'STARTED')
  assert.equal(body.dataFlowId, flow.processId)
  assert.equal(body.dataAddress?.endpoint, 'https://compute.example.com/v1')
})

test('prepared carries the address of the sink', async (t) => {
  const { open, owe, ended, bodies } = await connectControlPlane(t)
  const flow = await open('prepare', 'HttpData-PUSH')
  await owe(flow, 'prepared')
  await ended(flow)
  assert.equal(bodies()[0]?.state, 'PREPARED')
  assert.equal(
    bodies()[0]?.dataAddress?.endpoint,
    `https://compute.example.com/sink/v1/${flow.transferId ?? ''}`,
  )
})

for (const status of [401, 404, 429, 500, 503]) {
  test(`prepared is repeated after ${status} until the first 200, each time with its own messageId`, async (t) => {
    const respond: Respond = (_, index) => ({ status: index < 3 ? status : 200 })
    const { telling, open, owe, delivery, attempted, ended, bodies } = await connectControlPlane(
      t,
      respond,
    )
    const flow = await open('prepare', 'HttpData-PULL')
    await owe(flow, 'prepared')
    for (let count = 1; count < 4; count++) {
      await attempted(flow, count)
      telling.advance(2)
    }
    await ended(flow)
    telling.advance(86_400)
    await telling.idle()
    assert.equal((await delivery(flow)).state, 'DELIVERED')
    assert.equal(bodies().length, 4)
    const ids = bodies().map(({ messageId }) => messageId)
    assert.equal(new Set(ids).size, 4)
    for (const id of ids)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  })
}

test('a broken connection is tried again', async (t) => {
  const respond: Respond = (_, index) =>
    index === 0 ? Promise.reject(new Error('broken')) : { status: 200 }
  const { open, owe, delivery, ended } = await connectControlPlane(t, respond)
  const flow = await open('start', 'HttpData-PULL')
  await owe(flow, 'started')
  await ended(flow)
  const { state, attempts } = await delivery(flow)
  assert.deepEqual([state, attempts], ['DELIVERED', 2])
})

const endings: readonly [FlowCallback, number, string, string | null, string][] = [
  ['prepared', 409, 'DEAD', 'refused', 'is not insisted on'],
  ['started', 409, 'DEAD', 'refused', 'is not insisted on'],
  ['started', 400, 'DEAD', 'refused', 'will never be taken'],
  ['completed', 409, 'DELIVERED', null, 'does no harm'],
  ['errored', 409, 'DELIVERED', null, 'is done'],
]
for (const [callback, status, state, reason, why] of endings) {
  test(`${callback} answered with ${status} ${why}`, async (t) => {
    const { telling, open, owe, delivery, ended, connector } = await connectControlPlane(t, () => ({
      status,
    }))
    const prepared = callback === 'prepared'
    const flow = await open(prepared ? 'prepare' : 'start', 'HttpData-PULL')
    await owe(flow, callback, callback === 'errored' ? 'The workspace has ended.' : undefined)
    await ended(flow)
    telling.advance(86_400)
    await telling.idle()
    const found = await delivery(flow)
    assert.deepEqual([found.state, found.reason], [state, reason])
    assert.equal(connector.received.length, 1)
  })
}

test('completed of a suspended flow is repeated after a 409: it is taken after the resume', async (t) => {
  const respond: Respond = (_, index) => ({ status: index < 2 ? 409 : 200 })
  const { open, owe, delivery, ended } = await connectControlPlane(t, respond)
  const flow = await open('start', 'HttpData-PULL')
  await owe({ ...flow, state: 'SUSPENDED' }, 'completed')
  await ended(flow)
  const { state, attempts } = await delivery(flow)
  assert.deepEqual([state, attempts], ['DELIVERED', 3])
})

test('errored tells what went wrong and repeats until it is taken', async (t) => {
  const respond: Respond = (_, index) => ({ status: index === 0 ? 500 : 204 })
  const { open, owe, ended, bodies } = await connectControlPlane(t, respond)
  const flow = await open('start', 'HttpData-PULL')
  await owe(flow, 'errored', 'The workspace has ended.')
  await ended(flow)
  assert.deepEqual(
    bodies().map(({ state, error }) => [state, error]),
    [
      ['TERMINATED', 'The workspace has ended.'],
      ['TERMINATED', 'The workspace has ended.'],
    ],
  )
})

test('a later message of the control plane proves that prepared arrived', async (t) => {
  const { telling, connector, open, owe, delivery, attempted, ended, receive } =
    await connectControlPlane(t, () => ({ status: 500 }))
  const flow = await open('prepare', 'HttpData-PULL')
  await owe(flow, 'prepared')
  await attempted(flow, 1)
  await receive(flow, 'started')
  telling.advance(1)
  await ended(flow)
  assert.equal((await delivery(flow)).state, 'DELIVERED')
  assert.ok(connector.received.length <= 2)
})

test('started of a flow that was suspended before it could be sent is not sent at all', async (t) => {
  const { connector, open, owe, delivery, ended, receive } = await connectControlPlane(t)
  const flow = await open('start', 'HttpData-PULL')
  await owe(flow, 'started')
  await receive(flow, 'suspend')
  await ended(flow)
  const { state, reason } = await delivery(flow)
  assert.deepEqual([state, reason], ['DEAD', 'flow-moved-on'])
  assert.equal(connector.received.length, 0)
})

test('a callback is given up when its schedule is exhausted', async (t) => {
  const { telling, open, owe, delivery, attempted, ended } = await connectControlPlane(t, () => ({
    status: 500,
  }))
  const flow = await open('start', 'HttpData-PULL')
  await owe(flow, 'errored', 'Ended.')
  for (let count = 1; count <= 16; count++) {
    await until('an attempt', async () => (await delivery(flow)).attempts >= count)
    telling.advance(8000)
  }
  await ended(flow)
  await attempted(flow, 17)
  assert.equal((await delivery(flow)).reason, 'schedule-exhausted')
})

test('the API key of the control plane goes with each callback', async (t) => {
  const telling = await startTelling(t)
  const connector = await startReceiver(t)
  const sealedKey = await telling.app.secrets.seal(callbackSecretPlace('edc'), 'canary-key')
  const controlPlane = await addControlPlane(telling, connector.url, {
    callbackAuthentication: { type: 'api-key', header: 'X-Api-Key', sealedKey },
  })
  const message = openingMessage('HttpData-PULL')
  await startDataFlow(telling.app, controlPlane, message)
  const flow = await telling.database.read.flows.first({ processId: message.processId })
  assert.ok(flow)
  await telling.database.transaction((tx) => enqueueCallback(telling.app, tx, flow, 'started'))
  await until('the callback', () => connector.received.length === 1)
  assert.equal(connector.received[0]?.headers['x-api-key'], 'canary-key')
  const attempts = await telling.database.read.deliveryAttempts.list({})
  assert.ok(!JSON.stringify([attempts, telling.logged]).includes('canary'))
})

test('silent webhooks and a silent control plane hold up no callback of another flow', async (t) => {
  const { telling, connector, open, owe, ended } = await connectControlPlane(t, (_, index) =>
    index < 10 ? 'silence' : { status: 200 },
  )
  const flows = []
  for (let index = 0; index < 11; index++) flows.push(await open('start', 'HttpData-PULL'))
  const [first] = flows
  assert.ok(first)
  const hole = await startReceiver(t, () => 'silence')
  await createSubscription(telling.app, first.workspaceId, { url: hole.url }, undefined)
  await tell(telling, first.workspaceId)
  await until('the webhook hangs', () => hole.received.length > 0)
  for (const flow of flows.slice(0, 10)) await owe(flow, 'started')
  await until('ten callbacks hang', () => connector.received.length === 10)
  const [last] = flows.slice(10)
  assert.ok(last)
  await owe(last, 'started')
  await ended(last)
})
