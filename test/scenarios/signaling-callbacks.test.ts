import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import {
  controlPlaneFile,
  openingBody,
  signal,
  startControlPlane,
  type CallbackAnswer,
} from '../support/control-plane-under-test.ts'
import { startUnderTest, type ServiceUnderTest } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { conductByAgreement, message, startSignaling } from '../support/signaling-fixture.ts'
import { until } from '../support/until.ts'

const services = { 'any.service.yaml': nodeService('any', '') }

const deliveryOf = async (under: ServiceUnderTest, processId: string) => {
  const { read } = under.service.app.database
  const flow = await read.flows.first({ processId })
  const [delivery] = await read.deliveries.list({ where: { flowId: flow?.id ?? '' } })
  return delivery
}

/** The delivery of a flow's only callback, once nothing more will be sent. */
const ended = (under: ServiceUnderTest, processId: string) =>
  until('the end of the delivery', async () => {
    const delivery = await deliveryOf(under, processId)
    return delivery !== undefined && delivery.state !== 'PENDING' && delivery
  })

test('a callback comes 100 ms or more after the answer, with its own messageId and the address', async () => {
  await using signaling = await startSignaling()
  const opened = [
    ['started', await signaling.start({ agreementId: 'async-1' })],
    [
      'prepared',
      await signaling.prepare({ agreementId: 'async-2', transferType: 'HttpData-PUSH' }),
    ],
  ] as const
  const answeredAt = performance.now()
  for (const [kind, { status, body }] of opened) {
    assert.equal(status, 202)
    assert.equal(body.dataAddress, undefined)
    const processId = body.dataFlowId ?? ''
    await ended(signaling.under, processId)
    assert.deepEqual(signaling.plane.kindsOf(processId), [kind])
    const [callback] = signaling.plane.callbacks.filter(({ path }) => path.includes(processId))
    const after = (callback?.at ?? 0) - answeredAt
    assert.ok(after >= 90, `${kind} came ${Math.round(after)} ms after the answers`)
    const told = callback?.body as typeof body
    assert.equal(told.state, kind.toUpperCase())
    assert.ok(told.dataAddress?.endpoint)
    assert.notEqual(told.messageId, body.messageId)
    assert.equal(await signaling.state(processId), kind.toUpperCase())
  }
})

test('a callback is repeated on 404, 500 and broken connections, ever later, until the first 200', async () => {
  await using signaling = await startSignaling()
  const answers: CallbackAnswer[] = [404, 500, 'reset', 200]
  signaling.plane.answer = () => answers.shift() ?? 200
  const { body } = await signaling.start({ agreementId: 'async' })
  const processId = body.dataFlowId ?? ''
  const delivery = await ended(signaling.under, processId)
  assert.deepEqual([delivery.state, delivery.attempts], ['DELIVERED', 4])
  assert.deepEqual(signaling.plane.kindsOf(processId), Array<string>(4).fill('started'))
  const times = signaling.plane.callbacks.map(({ at }) => at)
  const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0))
  for (const [index, least] of [225, 450, 900].entries()) {
    assert.ok((waits[index] ?? 0) >= least - 20, `wait ${index + 1} was ${waits[index] ?? 0} ms`)
  }
  const ids = signaling.plane.callbacks.map((one) => (one.body as { messageId: string }).messageId)
  assert.equal(new Set(ids).size, 4)
})

test('a 409 ends prepared and started, and what proves that they arrived does too', async () => {
  await using signaling = await startSignaling()
  signaling.plane.answer = () => 409
  const refused = await signaling.start({ agreementId: 'async' })
  const delivery = await ended(signaling.under, refused.body.dataFlowId ?? '')
  assert.deepEqual([delivery.state, delivery.attempts], ['DEAD', 1])

  signaling.plane.answer = () => 500
  const opening = openingBody({ agreementId: 'async-data' })
  const { processId } = opening
  await signaling.send('prepare', opening)
  await until('a refused callback', () =>
    Promise.resolve(signaling.plane.kindsOf(processId).length > 0),
  )
  assert.equal((await signaling.send(`${processId}/started`, message())).status, 200)
  const moved = await ended(signaling.under, processId)
  assert.equal(moved.state, 'DELIVERED')
  assert.equal(signaling.plane.kindsOf(processId).length, moved.attempts)
})

test('a flow that is terminated before its callback was sent is not called back', async () => {
  await using signaling = await startSignaling()
  const opening = openingBody({ agreementId: 'async' })
  const { processId } = opening
  await signaling.send('start', opening)
  await signaling.send(`${processId}/terminate`, message())
  await until('all work to be done', async () => {
    await signaling.under.service.controller.idle()
    const delivery = await deliveryOf(signaling.under, processId)
    return delivery?.state !== 'PENDING'
  })
  assert.deepEqual(signaling.plane.kindsOf(processId), [])
  assert.equal(await signaling.state(processId), 'TERMINATED')
})

test('a control plane that was down for a while is told of the completion later', async () => {
  const down = await startControlPlane()
  const { port } = down
  await down[Symbol.asyncDispose]()
  await using under = await startUnderTest({
    services,
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', down) },
    overrides: { conduct: conductByAgreement },
  })
  const opening = openingBody({ agreementId: 'complete' })
  const { processId } = opening
  await signal(under.connectorUrl, 'start', opening)
  await until('two attempts in vain', async () => {
    const delivery = await deliveryOf(under, processId)
    return (delivery?.attempts ?? 0) >= 2
  })
  await using up = await startControlPlane(port)
  const delivery = await ended(under, processId)
  assert.equal(delivery.state, 'DELIVERED')
  assert.deepEqual(up.kindsOf(processId), ['completed'])
})

test('a control plane that swallows callbacks delays no other one', async () => {
  await using hole = await startControlPlane()
  await using healthy = await startControlPlane()
  hole.answer = () => 'silence'
  const inbound = (key: string) => ({ inbound: { type: 'api-key', key } })
  await using under = await startUnderTest({
    services,
    controlPlanes: {
      '1.control-plane.yaml': controlPlaneFile('hole', hole, inbound('hole')),
      '2.control-plane.yaml': controlPlaneFile('healthy', healthy, inbound('healthy')),
    },
    overrides: { conduct: conductByAgreement },
  })
  const start = (key: string, agreementId: string) => {
    const opening = openingBody({ agreementId })
    const sent = signal(under.connectorUrl, 'start', opening, { 'x-api-key': key })
    return sent.then(() => opening.processId)
  }
  await Promise.all(Array.from({ length: 40 }, () => start('hole', 'async-hole')))
  await until('a swallowed callback', () => Promise.resolve(hole.callbacks.length > 0))
  const begun = performance.now()
  for (let round = 0; round < 5; round++) {
    const processId = await start('healthy', `async-${randomUUID()}`)
    await ended(under, processId)
    assert.deepEqual(healthy.kindsOf(processId), ['started'])
  }
  const took = performance.now() - begun
  assert.ok(took < 5000, `five callbacks took ${Math.round(took)} ms`)
})
