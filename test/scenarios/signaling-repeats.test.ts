import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { consumerClient } from '../support/consumer-client.ts'
import { openingBody, property, type SignalingAnswer } from '../support/control-plane-under-test.ts'
import { newDirectory } from '../support/service-under-test.ts'
import {
  message,
  startSignaling,
  workspacesOf,
  type SignalingUnderTest,
} from '../support/signaling-fixture.ts'

let signaling: SignalingUnderTest

before(async () => {
  signaling = await startSignaling()
})

after(() => signaling[Symbol.asyncDispose]())

/** What a repeat must have in common with the first answer. */
const said = ({ status, body }: SignalingAnswer) => ({
  status,
  state: body.state,
  dataFlowId: body.dataFlowId,
  messageId: body.messageId,
  endpointType: body.dataAddress?.endpointType,
  endpoint: body.dataAddress?.endpoint,
})

/** Opens the consumer API with the token of an answer. */
const access = async (answer: SignalingAnswer) => {
  const { endpoint } = answer.body.dataAddress ?? { endpoint: '' }
  const consumer = consumerClient(endpoint, property(answer, 'authorization'))
  return (await consumer.call('GET', '/workspace')).status
}

test('a start with the same messageId gets the same state and endpoint, and tokens that work', async () => {
  const opening = openingBody()
  const first = await signaling.send('start', opening)
  const second = await signaling.send('start', opening)
  assert.equal(first.status, 200)
  assert.deepEqual(said(second), said(first))
  assert.deepEqual([await access(first), await access(second)], [200, 200])
})

test('twenty copies of a start at once make one workspace and one flow', async () => {
  const opening = openingBody()
  const copies = Array.from({ length: 20 }, () => signaling.send('start', opening))
  const answers = await Promise.all(copies)
  const [first] = answers
  assert.ok(first)
  for (const answer of answers) assert.deepEqual(said(answer), said(first))
  assert.equal(first.status, 200)
  assert.equal((await workspacesOf(signaling.under, opening.agreementId)).length, 1)
  const { read } = signaling.under.service.app.database
  assert.equal(await read.flows.count({ processId: opening.processId }), 1)
  assert.deepEqual(await Promise.all(answers.map(access)), Array<number>(20).fill(200))
})

test('twenty starts of one agreement at once make one workspace with twenty flows', async () => {
  const agreementId = randomUUID()
  const starts = Array.from({ length: 20 }, () => signaling.start({ agreementId }))
  const answers = await Promise.all(starts)
  assert.deepEqual(
    answers.map(({ status }) => status),
    Array<number>(20).fill(200),
  )
  assert.equal((await workspacesOf(signaling.under, agreementId)).length, 1)
})

test('a start or prepare with another messageId is 409 on a process that exists', async () => {
  const opening = openingBody()
  const { processId } = opening
  await signaling.send('start', opening)
  assert.equal((await signaling.send('start', openingBody({ processId }))).status, 409)
  assert.equal((await signaling.send('prepare', opening)).status, 409)
  assert.equal(await signaling.state(processId), 'STARTED')
  const preparing = openingBody()
  await signaling.send('prepare', preparing)
  assert.equal((await signaling.send('start', preparing)).status, 409)
  assert.equal(
    (await signaling.send('prepare', openingBody({ processId: preparing.processId }))).status,
    409,
  )
})

test('a prepare with the same messageId gets the same address, at once and in parallel', async () => {
  const opening = openingBody({ transferType: 'HttpData-PUSH' })
  const copies = Array.from({ length: 10 }, () => signaling.send('prepare', opening))
  const [first, ...others] = await Promise.all(copies)
  assert.ok(first)
  assert.equal(first.body.state, 'PREPARED')
  for (const other of others) assert.deepEqual(other, first)
})

test('a start after its terminate is 409, with any messageId', async () => {
  const opening = openingBody()
  const { processId } = opening
  assert.equal((await signaling.send(`${processId}/terminate`, message())).status, 200)
  assert.equal((await signaling.send('start', opening)).status, 409)
  assert.equal((await signaling.send('prepare', opening)).status, 409)
  assert.equal((await signaling.send(`${processId}/terminate`, message())).status, 200)
  assert.deepEqual(await workspacesOf(signaling.under, opening.agreementId), [])
})

test('a terminate that is sent before the answer to start leaves nothing open', async () => {
  for (let round = 0; round < 10; round++) {
    const opening = openingBody()
    const { processId } = opening
    const [started, terminated] = await Promise.all([
      signaling.send('start', opening),
      signaling.send(`${processId}/terminate`, message()),
    ])
    assert.equal(terminated.status, 200)
    assert.ok(started.status === 200 || started.status === 409, String(started.status))
    const expected = started.status === 200 ? 'TERMINATED' : 404
    assert.equal(await signaling.state(processId), expected)
    assert.equal((await signaling.send('start', opening)).status, 409)
  }
})

test('a late repeat of suspend after the resume has no effect', async () => {
  const opening = openingBody()
  const { processId } = opening
  await signaling.send('start', opening)
  assert.equal((await signaling.send(`${processId}/suspend`, message('m1'))).status, 200)
  const resumed = await signaling.send(`${processId}/resume`, message('m2'))
  assert.equal(resumed.body.state, 'STARTED')
  assert.equal((await signaling.send(`${processId}/suspend`, message('m1'))).status, 200)
  assert.equal(await signaling.state(processId), 'STARTED')
  assert.deepEqual(said(await signaling.send(`${processId}/resume`, message('m2'))), said(resumed))
  assert.equal(await access(resumed), 200)
})

test('every message may come twice, with the same messageId or another', async () => {
  const opening = openingBody()
  const { processId } = opening
  await signaling.send('prepare', opening)
  const steps = [
    ['started', 'STARTED'],
    ['suspend', 'SUSPENDED'],
    ['resume', 'STARTED'],
    ['terminate', 'TERMINATED'],
  ] as const
  for (const [operation, state] of steps) {
    const once = message()
    for (const body of [once, once, message()]) {
      const answer = await signaling.send(`${processId}/${operation}`, body)
      assert.equal(answer.status, 200, `${operation} ${JSON.stringify(answer.body)}`)
      assert.equal(await signaling.state(processId), state)
    }
  }
  assert.equal((await signaling.send(`${processId}/completed`, {})).status, 200)
  assert.equal(await signaling.state(processId), 'TERMINATED')
})

test('completed comes twice, also to a flow that never was', async () => {
  const opening = openingBody()
  await signaling.send('start', opening)
  for (const processId of [opening.processId, opening.processId, randomUUID()]) {
    assert.equal((await signaling.send(`${processId}/completed`, {})).status, 200)
  }
  assert.equal(await signaling.state(opening.processId), 'COMPLETED')
  assert.equal((await signaling.send(`${opening.processId}/terminate`, message())).status, 200)
  assert.equal(await signaling.state(opening.processId), 'COMPLETED')
})

test('terminate and completed are 200 whatever messageId they bring', async () => {
  const opening = openingBody()
  const { processId } = opening
  await signaling.send('start', opening)
  await signaling.send(`${processId}/suspend`, message('same'))
  assert.equal((await signaling.send(`${processId}/resume`, message('same'))).status, 409)
  assert.equal((await signaling.send(`${processId}/terminate`, message('same'))).status, 200)
  assert.equal(await signaling.state(processId), 'TERMINATED')
})

test('messages in a state that does not take them are 409, to unknown flows 404', async () => {
  const pending = openingBody()
  await signaling.send('prepare', pending)
  for (const operation of ['suspend', 'resume']) {
    assert.equal((await signaling.send(`${pending.processId}/${operation}`, message())).status, 409)
    assert.equal((await signaling.send(`${randomUUID()}/${operation}`, message())).status, 404)
  }
  assert.equal((await signaling.send(`${randomUUID()}/started`, message())).status, 404)
  assert.equal((await signaling.send(`${randomUUID()}/status`)).status, 404)
  assert.equal(await signaling.state(pending.processId), 'PREPARED')
})

test('a repeated start is answered alike after a restart, and after the workspace is gone', async () => {
  const directory = newDirectory()
  const variables = { DSC_LINGER_SECONDS: '0' }
  const opening = openingBody()
  const prepared = openingBody({ transferType: 'HttpData-PUSH', agreementId: 'data' })
  const { processId } = opening
  try {
    let first: SignalingAnswer
    {
      await using before = await startSignaling({ directory, variables })
      first = await before.send('start', opening)
      await before.send('prepare', prepared)
      await before.send(`${processId}/suspend`, message('m1'))
    }
    await using signaling = await startSignaling({ directory, variables })
    const again = await signaling.send('start', opening)
    assert.deepEqual(
      { ...said(again), endpoint: null },
      { ...said(first), endpoint: null },
      'ports may change',
    )
    assert.equal((await signaling.send('prepare', prepared)).body.state, 'PREPARED')
    assert.equal((await signaling.send('start', openingBody({ processId }))).status, 409)
    assert.equal(await signaling.state(processId), 'SUSPENDED')
    const resumed = await signaling.send(`${processId}/resume`, message('m2'))
    assert.equal((await signaling.send(`${processId}/suspend`, message('m1'))).status, 200)
    assert.equal(await signaling.state(processId), 'STARTED')
    assert.equal(await access(resumed), 200)
    const consumer = consumerClient(
      resumed.body.dataAddress?.endpoint ?? '',
      property(resumed, 'authorization'),
    )
    assert.equal((await consumer.call('DELETE', '/workspace')).status, 202)
    assert.equal(await signaling.state(processId), 'COMPLETED')
    assert.equal((await signaling.send('start', opening)).status, 200)
    assert.equal((await signaling.send(`${processId}/resume`, message('m2'))).status, 200)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
