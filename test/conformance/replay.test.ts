import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  controlPlaneFile,
  startControlPlane,
  type ControlPlaneUnderTest,
  type SignalingAnswer,
} from '../support/control-plane-under-test.ts'
import { startUnderTest, type ServiceUnderTest } from '../support/service-under-test.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'
import {
  checkAnswer,
  isOpening,
  openingOf,
  processesOf,
  recordings,
  stateAfter,
  stateBefore,
  type RecordedCallback,
  type RecordedMessage,
  type Recording,
} from './recording.ts'

let plane: ControlPlaneUnderTest
/** Named in `callbackAddress`, but not configured. */
let stranger: ControlPlaneUnderTest
let under: ServiceUnderTest
let replayed = 0

before(async () => {
  plane = await startControlPlane()
  stranger = await startControlPlane()
  under = await startUnderTest({
    services: { 'any.service.yaml': nodeService('any', '') },
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane) },
    overrides: {
      conduct: {
        asynchronous: (agreementId) => agreementId.startsWith('async'),
        completesAfterMs: (agreementId) => (agreementId.startsWith('complete') ? 300 : null),
      },
    },
  })
})

after(async () => {
  await under[Symbol.asyncDispose]()
  await plane[Symbol.asyncDispose]()
  await stranger[Symbol.asyncDispose]()
})

async function send(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<SignalingAnswer> {
  const response = await fetch(`${under.connectorUrl}/signaling/v1/dataflows/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  const text = await response.text()
  const parsed = text === '' ? {} : (JSON.parse(text) as SignalingAnswer['body'])
  return { status: response.status, body: parsed }
}

function sendRecorded(message: RecordedMessage): Promise<SignalingAnswer> {
  const { operation, processId, headers, body } = message
  replayed += 1
  return send(isOpening(message) ? operation : `${processId}/${operation}`, headers, body)
}

const statusOf = async (processId: string) => {
  const url = `${under.connectorUrl}/signaling/v1/dataflows/${processId}/status`
  return ((await (await fetch(url)).json()) as { state: string }).state
}

/** Opens the flow of a recorded message and brings it to where that message came. */
async function leadTo(recording: Recording, message: RecordedMessage): Promise<void> {
  const { operation, processId, side } = message
  if (operation === 'prepare' || operation === 'start') return
  const opening = openingOf(recording, message)
  const opened = await send(opening.operation, opening.headers, { ...opening.body, processId })
  assert.equal(opened.status, 200, JSON.stringify(opened.body))
  const wanted = stateBefore[operation]
  const step = async (name: 'started' | 'suspend') => {
    const answer = await send(`${processId}/${name}`, opening.headers, { messageId: randomUUID() })
    assert.equal(answer.status, 200)
  }
  if (side === 'consumer' && wanted !== 'PREPARED') await step('started')
  if (wanted === 'SUSPENDED') await step('suspend')
}

for (const recording of recordings) {
  const { connector } = recording
  for (const [processId, messages] of processesOf(recording)) {
    const [first] = messages
    if (first === undefined) continue
    const operations = messages.map(({ operation }) => operation).join(', ')
    const name = `${connector}, ${first.side}, ${first.transferType}: ${operations} (${processId.slice(0, 4)})`
    const pushWithoutAddress =
      first.operation === 'start' &&
      first.transferType.endsWith('PUSH') &&
      !('dataAddress' in first.body)
    if (pushWithoutAddress) {
      test(`${name} without an address is refused, and its terminate is taken`, async () => {
        const answer = await sendRecorded(first)
        assert.equal(answer.status, 400)
        assert.equal(answer.body.code, 'invalid-request')
        const terminated = await send(`${processId}/terminate`, first.headers, { messageId: 'm' })
        assert.equal(terminated.status, 200)
      })
      continue
    }
    test(name, async () => {
      await leadTo(recording, first)
      for (const message of messages) {
        const answer = await sendRecorded(message)
        checkAnswer(message, answer)
        assert.equal(answer.body.dataFlowId ?? processId, processId)
        assert.equal(await statusOf(processId), stateAfter[message.operation])
        const repeated = await sendRecorded(message)
        checkAnswer(message, repeated)
        assert.deepEqual(
          [repeated.body.state, repeated.body.dataAddress?.endpoint],
          [answer.body.state, answer.body.dataAddress?.endpoint],
        )
      }
    })
  }
}

test('every recorded message of both connectors was replayed, twice but for the refused ones', (t) => {
  const all = recordings.flatMap(({ messages }) => messages).length
  t.diagnostic(`replay: ${all} messages of ${recordings.length} connectors`)
  assert.equal(replayed, all * 2 - recordings.length)
})

/** A flow that owes the callback; returns its process id. */
async function owing(recording: Recording, { callback }: RecordedCallback): Promise<string> {
  const processId = randomUUID()
  const like = (side: RecordedMessage['side'], transferType: string) => {
    const message = { side, transferType } as RecordedMessage
    const { operation, headers, body } = openingOf(recording, message)
    return (agreementId: string) =>
      send(operation, headers, {
        ...body,
        processId,
        messageId: randomUUID(),
        agreementId: `${agreementId}-${randomUUID()}`,
      })
  }
  const agreement = { prepared: 'async', started: 'async', completed: 'complete', errored: 'plain' }
  const side = callback === 'prepared' || callback === 'errored' ? 'consumer' : 'provider'
  await like(side, 'HttpData-PULL')(agreement[callback])
  if (callback === 'errored') {
    const endpoint = `http://127.0.0.1:${plane.port}/gone`
    const dataAddress = { endpointType: 'HttpData', endpoint, endpointProperties: [] }
    await send(
      `${processId}/started`,
      { 'content-type': 'application/json' },
      { messageId: randomUUID(), dataAddress },
    )
  }
  return processId
}

const endedDelivery = (processId: string) =>
  until('the end of the delivery', async () => {
    const { read } = under.service.app.database
    const flow = await read.flows.first({ processId })
    const [delivery] = await read.deliveries.list({ where: { flowId: flow?.id ?? '' } })
    return delivery !== undefined && delivery.state !== 'PENDING' && delivery
  })

for (const recording of recordings) {
  for (const recorded of recording.callbacks) {
    const { callback, answer } = recorded
    const again = answer.status === 500 || answer.status === 401
    const then = again ? 'is repeated until the first 200' : 'is not repeated'
    test(`${recording.connector}: ${callback}, answered ${answer.status}, ${then}`, async () => {
      let refusals = again ? 2 : Infinity
      plane.answer = ({ path }) => {
        if (path.endsWith('/gone')) return 404
        refusals -= 1
        return refusals >= 0 ? answer : 200
      }
      const processId = await owing(recording, recorded)
      const delivery = await endedDelivery(processId)
      assert.deepEqual(plane.kindsOf(processId), Array<string>(again ? 3 : 1).fill(callback))
      assert.equal(delivery.attempts, again ? 3 : 1)
      const [sent] = plane.callbacks.filter(({ path }) => path.includes(processId))
      const fields = ['messageId', 'dataFlowId', 'state', 'error']
      const wanted = fields.filter((field) => field in recorded.body)
      const body = sent?.body as Record<string, unknown>
      assert.deepEqual(
        fields.filter((field) => field in body),
        wanted,
      )
      assert.equal(body['state'], recorded.body['state'])
      assert.equal(body['dataFlowId'], processId)
    })
  }
}

test('the callback address of a message is not called', async () => {
  plane.answer = () => 200
  for (const recording of recordings) {
    const message = { side: 'provider', transferType: 'HttpData-PULL' } as RecordedMessage
    const { headers, body } = openingOf(recording, message)
    const processId = randomUUID()
    const opening = { ...body, processId, agreementId: 'async-stranger' }
    await send('start', headers, { ...opening, callbackAddress: stranger.url })
    await endedDelivery(processId)
    assert.deepEqual(plane.kindsOf(processId), ['started'])
  }
  assert.deepEqual(stranger.callbacks, [])
})
