import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { startEdcSignaling, type EdcUnderTest } from '../support/edc-fixture.ts'
import { dspaceAddress, edcStart } from '../support/edc-messages.ts'
import { startReceiver, type Respond } from '../support/receiver.ts'
import { until } from '../support/until.ts'

let edc: EdcUnderTest

before(async () => {
  edc = await startEdcSignaling()
})
after(() => edc[Symbol.asyncDispose]())

/** A start of a push to a receiver of the consumer's. */
async function pushTo(t: TestContext, respond?: Respond) {
  const backend = await startReceiver(t, respond)
  const address = { baseUrl: `${backend.url}/inbox`, authKey: 'X-Inbox', authCode: 'inbox-secret' }
  const destinationDataAddress = dspaceAddress('HttpData', address)
  return { backend, message: edcStart({ flowType: 'PUSH', destinationDataAddress }) }
}

test('the access document goes to the destination; then the connector is told that it is complete', async (t) => {
  const { backend, message } = await pushTo(t)
  const { processId } = message
  edc.connector.processes.set(processId, 'STARTING')
  const answer = await edc.send('start', message)
  assert.deepEqual([answer.status, answer.body.provisioning], [200, false])
  assert.equal(answer.body.dataAddress, undefined)
  edc.connector.processes.set(processId, 'STARTED')
  await edc.told(processId, ['complete 204'])
  const complete = edc.connector.received.find(({ path }) => path.includes(processId))
  assert.deepEqual(complete?.body, {})
  const [request, ...more] = backend.received
  assert.deepEqual([more.length, request?.path], [0, '/inbox'])
  assert.equal(request?.headers['x-inbox'], 'inbox-secret')
  const document = JSON.parse(request.body) as Record<string, string>
  assert.equal(document['processId'], processId)
  const { endpoint = '', authorization = '' } = document
  assert.equal((await fetch(`${endpoint}/services`, { headers: { authorization } })).status, 200)
  assert.equal((await edc.terminate(processId)).status, 204)
  assert.equal((await fetch(`${endpoint}/services`, { headers: { authorization } })).status, 200)
})

test('an answer that got lost is given again, although the push is over by then; later it is refused', async (t) => {
  const { message } = await pushTo(t)
  const { processId } = message
  edc.connector.processes.set(processId, 'STARTING')
  await edc.send('start', message)
  await edc.becomes(processId, 'COMPLETED')
  await until('a refused complete', () => edc.connector.told(processId).includes('complete 409'))
  const repeated = await edc.send('start', message)
  assert.deepEqual([repeated.status, repeated.body.provisioning], [200, false])
  edc.connector.processes.set(processId, 'STARTED')
  await until('the end over there', () => edc.connector.processes.get(processId) === 'COMPLETED')
  const told = edc.connector.told(processId)
  assert.equal(told.at(-1), 'complete 204')
  const { flows } = edc.under.service.app.database.read
  const longAgo = new Date(Date.now() - 600_000)
  await flows.updateWhere({ processId }, { createdAt: longAgo })
  assert.equal((await edc.send('start', message)).status, 409)
})

test('a push without a destination is refused', async () => {
  const refused = await edc.start({ flowType: 'PUSH' })
  assert.deepEqual([refused.status, refused.body.code], [400, 'invalid-request'])
})

test('a pull takes no notice of a destination', async () => {
  const destinationDataAddress = dspaceAddress('HttpProxy', {})
  assert.equal((await edc.start({ destinationDataAddress })).status, 200)
})

test('a suspended push waits, and goes on after the start that resumes it', async (t) => {
  const answers = [500]
  const { backend, message } = await pushTo(t, () => ({ status: answers[0] ?? 200 }))
  const { processId } = message
  edc.connector.processes.set(processId, 'STARTED')
  await edc.send('start', message)
  await until('a refused document', () => backend.received.length > 0)
  assert.equal((await edc.suspend(processId)).status, 204)
  answers.pop()
  const resumed = await edc.send('start', message)
  assert.deepEqual([resumed.status, resumed.body.dataAddress], [200, undefined])
  await edc.told(processId, ['complete 204'])
})
