import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openingBody } from '../support/control-plane-under-test.ts'
import { sendRaw } from '../support/raw-signal.ts'
import { message, startSignaling, type SignalingUnderTest } from '../support/signaling-fixture.ts'

let signaling: SignalingUnderTest

before(async () => {
  signaling = await startSignaling()
})

after(() => signaling[Symbol.asyncDispose]())

const raw = (method: string, path: string, body?: string) =>
  sendRaw(signaling.under.connectorUrl, method, path, body)

const startRaw = (fields: Readonly<Record<string, unknown>>) =>
  raw('POST', 'dataflows/start', JSON.stringify({ ...openingBody(), ...fields }))

const prepareRaw = (fields: Readonly<Record<string, unknown>>) =>
  raw('POST', 'dataflows/prepare', JSON.stringify({ ...openingBody(), ...fields }))

test('ids that look like URLs work, percent-encoded', async () => {
  const ids = [
    `urn:uuid:${randomUUID()}`,
    `https://connector.example.com/transfers/${randomUUID()}?a=b&c=d#e`,
    `ä ü%20+${randomUUID()}`,
    `100%25-${randomUUID()}`,
    `${'x'.repeat(470)}-${randomUUID()}`,
    '...',
    ' ',
    '%',
  ]
  for (const processId of ids) {
    assert.equal((await signaling.start({ processId, agreementId: processId })).status, 200)
    const path = encodeURIComponent(processId)
    assert.equal(await signaling.state(processId), 'STARTED')
    assert.equal((await signaling.send(`${path}/suspend`, message())).status, 200)
    const resumed = await signaling.send(`${path}/resume`, message())
    assert.equal(resumed.body.dataFlowId, processId)
    assert.equal((await signaling.send(`${path}/terminate`, message())).status, 200)
    assert.equal(await signaling.state(processId), 'TERMINATED')
  }
})

test('ids that no path can carry are refused at the beginning', async () => {
  for (const processId of ['.', '..']) {
    assert.equal((await startRaw({ processId })).status, 400)
    assert.equal((await prepareRaw({ processId })).status, 400)
  }
})

test('broken percent-encoding and ids that are too long are 4xx', async () => {
  for (const id of ['%', '%zz', '%E0%A4%A', '%ff', 'a%']) {
    for (const operation of ['status', 'suspend', 'terminate', 'completed']) {
      const method = operation === 'status' ? 'GET' : 'POST'
      assert.equal((await raw(method, `dataflows/${id}/${operation}`)).status, 400, id)
    }
  }
  const long = 'x'.repeat(513)
  assert.equal((await raw('POST', `dataflows/${long}/terminate`, '{}')).status, 400)
  assert.equal((await raw('POST', `dataflows/${'x'.repeat(9000)}/terminate`, '{}')).status, 413)
  assert.equal((await startRaw({ processId: long })).status, 400)
  const messageId = 'x'.repeat(513)
  const { body } = await signaling.start()
  const path = `dataflows/${body.dataFlowId ?? ''}/suspend`
  assert.equal((await raw('POST', path, JSON.stringify({ messageId }))).status, 400)
})
