import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { receiveFlowMessage } from '../../src/application/flows/receive-flow-message.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import { connectControlPlane, openingMessage } from '../support/flows.ts'
import { startReceiver, type Respond } from '../support/receiver.ts'
import { until } from '../support/until.ts'

/** A started push to a receiver. */
async function pushed(t: TestContext, respond?: Respond) {
  const { telling, connector, controlPlane, ...rest } = await connectControlPlane(t)
  const backend = await startReceiver(t, respond)
  const message = openingMessage('HttpData-PUSH', {
    '@type': 'DataAddress',
    endpointType: 'HttpData-PUSH',
    endpoint: `${backend.url}/inbox`,
    endpointProperties: [
      { '@type': 'EndpointProperty', name: 'authorization', value: 'secret-of-the-inbox' },
      { '@type': 'EndpointProperty', name: 'authType', value: 'bearer' },
    ],
  })
  await startDataFlow(telling.app, controlPlane, message)
  const flow = async () => {
    const found = await telling.database.read.flows.first({ processId: message.processId })
    assert.ok(found)
    return found
  }
  return { telling, connector, controlPlane, backend, flow, ...rest }
}

test('a pushed access document is taken, then the flow completes, not before it has shown STARTED', async (t) => {
  const { telling, connector, backend, flow } = await pushed(t)
  await until('completed', async () => (await flow()).state === 'COMPLETED')
  const { startedAt, endedAt, endCause, workspaceId } = await flow()
  assert.ok((endedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0) >= 500)
  assert.equal(endCause, 'delivered')
  const [request] = backend.received
  assert.deepEqual([backend.received.length, request?.path], [1, '/inbox'])
  assert.equal(request?.headers.authorization, 'Bearer secret-of-the-inbox')
  const document = JSON.parse(request.body) as Record<string, string>
  assert.equal(document['workspaceId'], workspaceId)
  const claims = telling.app.tokens.verify('access', document['authorization'] ?? '')
  const grant = await telling.database.read.grants.get({ id: claims?.id ?? '' })
  assert.deepEqual([grant?.workspaceId, grant?.flowId], [workspaceId, null])
  await until('the callback', () => connector.received.length === 1)
  assert.match(connector.received[0]?.path ?? '', /dataflow\/completed$/)
})

test('a push is repeated until its receiver takes it', async (t) => {
  const { telling, backend, flow, delivery } = await pushed(t, (_, index) => ({
    status: index < 9 ? 404 : 200,
  }))
  for (let count = 1; count < 10; count++) {
    await until('an attempt', async () => (await delivery(await flow())).attempts >= count)
    telling.advance(70)
  }
  await until('completed', async () => (await flow()).state === 'COMPLETED')
  assert.equal(backend.received.length, 10)
})

test('a suspended push waits, and goes on after the resume', async (t) => {
  const { telling, backend, flow, receive, attempted, controlPlane } = await pushed(t, () => ({
    status: 500,
  }))
  await attempted(await flow(), 1)
  await receive(await flow(), 'suspend')
  const before = backend.received.length
  telling.advance(60)
  await telling.idle()
  assert.equal(backend.received.length, before)
  backend.state.respond = () => ({ status: 200 })
  const { processId } = await flow()
  const resume = { processId, messageId: 'resume', dataAddress: null }
  await receiveFlowMessage(telling.app, controlPlane, 'resume', resume)
  telling.advance(60)
  await until('completed', async () => (await flow()).state === 'COMPLETED')
})

test('a push whose flow has ended is dropped; one past its deadline is given up', async (t) => {
  const { telling, flow, receive, attempted, ended, delivery } = await pushed(t, () => ({
    status: 500,
  }))
  await attempted(await flow(), 1)
  await receive(await flow(), 'terminate')
  telling.advance(60)
  await ended(await flow())
  assert.equal((await delivery(await flow())).reason, 'flow-ended')

  const late = await pushed(t, () => ({ status: 500 }))
  await late.attempted(await late.flow(), 1)
  late.telling.advance(3601)
  await late.ended(await late.flow())
  assert.equal((await late.delivery(await late.flow())).reason, 'deadline')
})

test('a document that was taken while the flow was suspended completes it after the resume only', async (t) => {
  const { telling, flow, receive, ended, connector, controlPlane } = await pushed(t, async () => {
    await receive(await flow(), 'suspend')
    return { status: 200 }
  })
  await ended(await flow())
  telling.advance(60)
  await telling.idle()
  assert.equal((await flow()).state, 'SUSPENDED')
  assert.equal(connector.received.length, 0)
  const { processId } = await flow()
  const resume = { processId, messageId: 'resume', dataAddress: null }
  await receiveFlowMessage(telling.app, controlPlane, 'resume', resume)
  telling.advance(60)
  await until('completed', async () => (await flow()).state === 'COMPLETED')
})
