import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openingBody } from '../support/control-plane-under-test.ts'
import { message } from '../support/signaling-fixture.ts'
import {
  content,
  inputOf,
  push,
  sha256,
  startThirdParty,
  type ThirdParty,
} from '../support/third-party-fixture.ts'
import { until } from '../support/until.ts'

let flows: ThirdParty

before(async () => {
  flows = await startThirdParty()
})

after(() => flows[Symbol.asyncDispose]())

test('a prepared push takes bytes in chunks, before its started, into the named workspace', async () => {
  const { workspace, consumer } = await flows.openWorkspace()
  const transferType = 'HttpData-PUSH'
  const opening = openingBody({ transferType, metadata: { workspace, input: 'partner.csv' } })
  const { processId } = opening
  const prepared = await flows.send('prepare', opening)
  const pushed = await push(prepared, content)
  assert.equal(pushed.status, 200, JSON.stringify(pushed.body))
  const { transferId, ...stored } = pushed.body as { transferId: string }
  assert.deepEqual(stored, { bytes: content.length, sha256 })
  assert.ok(transferId)
  const input = await inputOf(consumer, 'partner.csv')
  assert.deepEqual([input.state, input.bytes, input.sha256], ['AVAILABLE', content.length, sha256])
  assert.equal(input.origin.type, 'sink')
  assert.equal(await flows.state(processId), 'PREPARED')
  assert.equal((await flows.send(`${processId}/started`, message())).status, 200)
  assert.equal((await push(prepared, content)).status, 200, 'the same bytes again')
  assert.equal((await push(prepared, Buffer.from('other bytes'))).status, 409)
  assert.equal((await flows.send(`${processId}/completed`, {})).status, 200)
  assert.equal(await flows.state(processId), 'COMPLETED')
  assert.equal((await flows.transferOf(processId)).state, 'SUCCEEDED')
})

test('a push whose bytes come slowly is one delivery', async () => {
  const { workspace, consumer } = await flows.openWorkspace()
  const opening = openingBody({
    transferType: 'HttpData-PUSH',
    metadata: { workspace, input: 'slow.csv' },
  })
  const prepared = await flows.send('prepare', opening)
  const idle = () =>
    until('the transfer to run', async () => {
      await flows.under.service.controller.idle()
      return (await flows.transferOf(opening.processId)).state !== 'EXPECTED'
    })
  const pushed = await push(prepared, content, idle)
  assert.equal(pushed.status, 200, JSON.stringify(pushed.body))
  assert.equal((await inputOf(consumer, 'slow.csv')).sha256, sha256)
  assert.equal((await flows.transferOf(opening.processId)).state, 'SUCCEEDED')
})

test('a terminate after the bytes have arrived is no failure', async () => {
  const { agreementId, consumer } = await flows.openWorkspace()
  const transferType = 'HttpData-PUSH'
  const opening = openingBody({ transferType, metadata: { workspace: agreementId, input: 'a' } })
  const { processId } = opening
  assert.equal((await push(await flows.send('prepare', opening), content)).status, 200)
  assert.equal((await flows.send(`${processId}/terminate`, message())).status, 200)
  assert.equal((await flows.transferOf(processId)).state, 'SUCCEEDED')
  assert.equal((await inputOf(consumer, 'a')).state, 'AVAILABLE')
  assert.deepEqual(flows.plane.kindsOf(processId), [])
})

test('a terminated push takes no bytes any more, and its transfer has failed', async () => {
  const opening = openingBody({ transferType: 'HttpData-PUSH' })
  const prepared = await flows.send('prepare', opening)
  await flows.send(`${opening.processId}/terminate`, message())
  assert.equal((await push(prepared, Buffer.from('too late'))).status, 401)
  const { state, failure } = await flows.transferOf(opening.processId)
  assert.deepEqual([state, failure?.code], ['FAILED', 'source-terminated'])
})
