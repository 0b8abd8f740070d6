import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { faultScenario, type FaultScenario, type Shown } from '../support/fault-scenario.ts'
import { startReceiver, type Answer } from '../support/receiver.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'

const mebibyte = 1024 * 1024

/** Notes outside that it ran, waits to be let go where it is told to, and leaves one output of `size` bytes. */
const script = `
const { appendFileSync, existsSync, writeFileSync } = require('node:fs')
const { NOTES, ROOT, WAIT, SIZE } = process.env
appendFileSync(NOTES + '/runs', 'x')
const end = () => writeFileSync(ROOT + '/out/out.txt', Buffer.alloc(Number(SIZE), 'r'))
if (WAIT !== 'yes') end()
else {
  const timer = setInterval(() => {
    if (!existsSync(NOTES + '/go')) return
    clearInterval(timer)
    end()
  }, 20)
}`

const noted = nodeService('noted', script, {
  inputs: [{ name: 'big.bin', kind: 'file', mountPath: '/in', required: false }],
  parameters: {
    type: 'object',
    properties: {
      NOTES: { type: 'string' },
      WAIT: { type: 'string' },
      SIZE: { type: 'integer' },
    },
  },
})

async function opened(t: TestContext) {
  const scenario = await faultScenario(t, { services: { 'noted.service.yaml': noted } })
  await scenario.ready()
  const submit = async (parameters: { WAIT?: 'yes'; SIZE?: number } = {}) => {
    const answer = await scenario.client().call('POST', '/jobs', {
      serviceId: 'noted',
      parameters: { NOTES: scenario.notes, WAIT: 'no', SIZE: 6, ...parameters },
    })
    assert.equal(answer.status, 201, answer.text)
    return (answer.body as Shown).id
  }
  const go = () => writeFileSync(join(scenario.notes, 'go'), '')
  return { scenario, submit, go }
}

/** SUCCEEDED in its first attempt, whose worker ran once, with the manifest and the output that belong to it. */
async function isDelivered(scenario: FaultScenario, id: string, bytes: number): Promise<void> {
  const job = await scenario.jobIs(id, 'SUCCEEDED', 'FAILED')
  assert.deepEqual([job.state, job.attempt], ['SUCCEEDED', 1], JSON.stringify(job))
  assert.equal(scenario.runs(), 1)
  const outputs = await scenario.get<{ items: { bytes: number }[] }>(`/jobs/${id}/outputs`)
  assert.deepEqual(
    outputs.items.map((item) => item.bytes),
    [bytes],
  )
  const { manifest } = await scenario.get<{ manifest: { state: string } }>(`/jobs/${id}/manifest`)
  assert.equal(manifest.state, 'SUCCEEDED')
  await eventsAreGapless(scenario)
}

async function eventsAreGapless(scenario: FaultScenario): Promise<readonly string[]> {
  const { items } = await scenario.get<{ items: { sequence: string; id: string }[] }>('/events')
  assert.deepEqual(
    items.map(({ sequence }) => Number(sequence)),
    items.map((_, index) => index + 1),
  )
  return items.map(({ id }) => id)
}

test('killed right after a job was taken: it runs once and is delivered', async (t) => {
  const { scenario, submit } = await opened(t)
  const id = await submit()
  await scenario.kill()
  await scenario.restart()
  await isDelivered(scenario, id, 6)
})

test('killed while STAGING: the agent waits for the store and the job is delivered', async (t) => {
  const { scenario, submit } = await opened(t)
  await scenario.client().call('PUT', '/inputs/big.bin', new Uint8Array(100 * mebibyte))
  const id = await submit()
  const phase = await until('staging', () => scenario.phase(id))
  await scenario.kill()
  t.diagnostic(`killed while ${phase}`)
  await scenario.restart()
  await isDelivered(scenario, id, 6)
})

test('killed while RUNNING: the worker goes on, and the job is delivered', async (t) => {
  const { scenario, submit, go } = await opened(t)
  const id = await submit({ WAIT: 'yes' })
  await scenario.jobIs(id, 'RUNNING')
  await scenario.kill()
  await scenario.restart()
  await scenario.jobIs(id, 'RUNNING')
  go()
  await isDelivered(scenario, id, 6)
})

test('killed while COLLECTING: what was collected before is no hindrance', async (t) => {
  const { scenario, submit } = await opened(t)
  const id = await submit({ SIZE: 80 * mebibyte })
  const phase = await until('collecting', () => {
    const found = scenario.phase(id)
    return (found === 'collecting' || found === 'ended') && found
  })
  await scenario.kill()
  t.diagnostic(`killed while ${phase}`)
  await scenario.restart()
  await isDelivered(scenario, id, 80 * mebibyte)
})

test('killed between the end of a job and its callbacks: every event arrives, none is missing', async (t) => {
  const silence = { reply: true }
  const receiver = await startReceiver(t, (): Answer | 'silence' =>
    silence.reply ? 'silence' : { status: 204 },
  )
  const { scenario, submit } = await opened(t)
  const made = await scenario.client().call('POST', '/subscriptions', { url: receiver.url })
  assert.equal(made.status, 201, made.text)
  const id = await submit()
  await scenario.jobIs(id, 'SUCCEEDED')
  await until('one in flight', () => receiver.received.length > 0)
  await scenario.kill()
  silence.reply = false
  await scenario.restart()
  const wanted = (await eventsAreGapless(scenario)).slice(2)
  await until('every event', () => wanted.every((event) => receiver.ids().includes(event)))
  assert.equal(new Set(receiver.ids()).size, wanted.length)
  assert.equal(scenario.runs(), 1)
})

test('SIGTERM while a job runs: stopped within ten seconds, the job goes on and is delivered afterwards', async (t) => {
  const { scenario, submit, go } = await opened(t)
  const id = await submit({ WAIT: 'yes' })
  await scenario.jobIs(id, 'RUNNING')
  const { code, ms } = await scenario.service().terminate()
  assert.equal(code, 0)
  assert.ok(ms < 10_000, `took ${ms} ms`)
  t.diagnostic(`stopped within ${Math.round(ms)} ms`)
  go()
  await until('the worker has ended', () => scenario.phase(id) === 'collecting')
  await scenario.restart()
  await isDelivered(scenario, id, 6)
  assert.ok(existsSync(join(scenario.notes, 'runs')))
})
