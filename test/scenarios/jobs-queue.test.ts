import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  jobsUnderTest,
  type Consumer,
  type JobsUnderTest,
  type ShownJob,
  type ShownProblem,
} from '../support/fault-jobs.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'

const out = `writeFileSync(ROOT + '/out/out.txt', NAME)`
/** Notes its name when it begins, and ends when it is let go. */
const gated = `
const { appendFileSync, existsSync, writeFileSync } = require('node:fs')
const { NOTES, NAME, ROOT } = process.env
appendFileSync(NOTES + '/order', NAME + '\\n')
const timer = setInterval(() => {
  if (!existsSync(NOTES + '/go-' + NAME) && !existsSync(NOTES + '/go')) return
  clearInterval(timer)
  ${out}
}, 20)`
/** Notes SIGTERM and goes on. */
const stubborn = `
const { writeFileSync } = require('node:fs')
const { NOTES, NAME } = process.env
process.on('SIGTERM', () => writeFileSync(NOTES + '/term-' + NAME, 'seen'))
writeFileSync(NOTES + '/up-' + NAME, '')
setInterval(() => {}, 1000)`

const parameters = {
  type: 'object',
  properties: { NOTES: { type: 'string' }, NAME: { type: 'string' } },
}
const more = { parameters, limits: { concurrentJobs: 1, graceSeconds: 1 } }
const waiting = {
  inputs: [{ name: 'late.txt', kind: 'file', mountPath: '/in', required: true }],
  parameters,
}

const services = {
  'one.service.yaml': nodeService('one', gated, more),
  'many.service.yaml': nodeService('many', gated, { parameters }),
  'stubborn.service.yaml': nodeService('stubborn', stubborn, more),
  'waiting.service.yaml': nodeService('waiting', gated, waiting),
  'brief.service.yaml': nodeService('brief', gated, {
    parameters,
    limits: { concurrentJobs: 1, queueSeconds: 8 },
  }),
  'paused.service.yaml': nodeService('paused', gated, { parameters }),
}

describe('jobs that wait, and jobs that are cancelled', { concurrency: 3 }, () => {
  let jobs: JobsUnderTest
  before(async () => {
    jobs = await jobsUnderTest({ services })
  })
  after(() => jobs[Symbol.asyncDispose]())

  /** Submits a job whose worker is known by its name. */
  const submit = async (consumer: Consumer, service: string, wish: object = {}) => {
    const NAME = randomUUID()
    const body = { parameters: { NOTES: jobs.notes, NAME }, ...wish }
    return { id: await consumer.submit(service, body), name: NAME }
  }
  const go = (name: string) => writeFileSync(join(jobs.notes, `go-${name}`), '')
  const order = () => (jobs.note('order') ?? '').split('\n')

  it('one at a time: the others wait with a reason, run in order, and none is lost', async () => {
    const consumer = await jobs.consumer()
    const all: { readonly id: string; readonly name: string }[] = []
    for (let index = 0; index < 4; index++) {
      all.push(await submit(consumer, 'one'))
      if (index === 0) await consumer.is(all[0]?.id ?? '', 'RUNNING')
    }
    for (const { id } of all.slice(1)) {
      const { stateReason } = await consumer.when(id, 'waits', (job) => job.stateReason !== null)
      assert.equal(stateReason?.code, 'concurrency-limit')
      assert.ok(stateReason.until)
    }
    for (const { id, name } of all) {
      await consumer.is(id, 'RUNNING')
      const page = await consumer.get<{ items: ShownJob[] }>('/jobs?state=STAGING,RUNNING')
      assert.equal(page.items.length, 1)
      go(name)
      assert.equal((await consumer.ended(id)).state, 'SUCCEEDED')
    }
    const mine = order().filter((name) => all.some((one) => one.name === name))
    assert.deepEqual(
      mine,
      all.map(({ name }) => name),
    )
  })

  it('two consumers of one service do not take each other’s place', async () => {
    const [first, second] = [await jobs.consumer(), await jobs.consumer()]
    const [one, other] = [await submit(first, 'one'), await submit(second, 'one')]
    await first.is(one.id, 'RUNNING')
    await second.is(other.id, 'RUNNING')
    assert.equal((await second.call('GET', `/jobs/${one.id}`)).status, 404)
    assert.equal((await second.call('POST', `/jobs/${one.id}/cancel`)).status, 404)
    for (const { name } of [one, other]) go(name)
    assert.equal((await first.ended(one.id)).state, 'SUCCEEDED')
    assert.equal((await second.ended(other.id)).state, 'SUCCEEDED')
    const list = await second.get<{ items: ShownJob[] }>('/jobs')
    assert.deepEqual(
      list.items.map(({ id }) => id),
      [other.id],
    )
  })

  it('a job that waits too long in the queue fails by policy', async () => {
    const consumer = await jobs.consumer()
    const first = await submit(consumer, 'brief')
    await consumer.is(first.id, 'RUNNING')
    const late = await submit(consumer, 'brief')
    const job = await consumer.ended(late.id)
    assert.deepEqual(
      [job.state, job.failure?.class, job.failure?.code],
      ['FAILED', 'policy', 'queue-timeout'],
    )
    go(first.name)
    assert.equal((await consumer.ended(first.id)).state, 'SUCCEEDED')
    assert.ok(!order().includes(late.name))
  })

  it('cancelled while it waits for inputs, and while queued: no worker ever begins', async () => {
    const consumer = await jobs.consumer()
    const running = await submit(consumer, 'one')
    await consumer.is(running.id, 'RUNNING')
    const queued = await submit(consumer, 'one')
    await consumer.is(queued.id, 'QUEUED')
    const waits = await submit(consumer, 'waiting', { start: 'when-inputs-ready' })
    const reason = await consumer.when(waits.id, 'waits', (job) => job.stateReason !== null)
    assert.equal(reason.stateReason?.code, 'inputs-missing')
    for (const { id } of [queued, waits]) {
      const answer = await consumer.call('POST', `/jobs/${id}/cancel`)
      assert.equal(answer.status, 202, answer.text)
      const job = await consumer.ended(id)
      assert.deepEqual([job.state, job.failure, job.startedAt], ['CANCELLED', null, null])
      assert.equal((await consumer.call('POST', `/jobs/${id}/cancel`)).status, 202)
    }
    go(running.name)
    assert.equal((await consumer.ended(running.id)).state, 'SUCCEEDED')
    assert.ok(!order().some((name) => name === queued.name || name === waits.name))
  })

  it('cancelled while running: SIGTERM, the grace, SIGKILL; only the log is kept', async () => {
    const consumer = await jobs.consumer()
    const { id, name } = await submit(consumer, 'stubborn')
    await until('up', () => jobs.note(`up-${name}`) !== undefined)
    await consumer.is(id, 'RUNNING')
    const before = performance.now()
    assert.equal((await consumer.call('POST', `/jobs/${id}/cancel`)).status, 202)
    const job = await consumer.ended(id)
    assert.ok(performance.now() - before >= 900, 'it has its grace')
    assert.deepEqual([job.state, job.failure, job.exitCode], ['CANCELLED', null, 137])
    assert.equal(jobs.note(`term-${name}`), 'seen')
    const outputs = await consumer.get<{ items: unknown[] }>(`/jobs/${id}/outputs`)
    assert.deepEqual(outputs.items, [])
  })

  it('an idempotency key makes one job; with another body it is refused', async () => {
    const consumer = await jobs.consumer()
    const NAME = randomUUID()
    const body = { parameters: { NOTES: jobs.notes, NAME } }
    const key = { 'idempotency-key': randomUUID() }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => consumer.ask('many', body, key)),
    )
    const ids = new Set(answers.map((answer) => (answer.body as ShownJob).id))
    assert.equal(ids.size, 1, answers.map(({ text }) => text).join())
    const other = await consumer.ask('many', { ...body, labels: { a: 'b' } }, key)
    assert.deepEqual(
      [other.status, (other.body as ShownProblem).code],
      [422, 'idempotency-key-reused'],
    )
    go(NAME)
    const [id = ''] = ids
    await consumer.ended(id)
    const again = await consumer.ask('many', body, key)
    assert.equal((again.body as ShownJob).id, id)
    assert.equal(order().filter((name) => name === NAME).length, 1)
  })

  it('jobs are found by label, newest first', async () => {
    const consumer = await jobs.consumer()
    const mine = await submit(consumer, 'many', { labels: { order: '4711', kind: 'a:b' } })
    const other = await submit(consumer, 'many', { labels: { order: '4712' } })
    const found = async (query: string) =>
      (await consumer.get<{ items: ShownJob[] }>(`/jobs${query}`)).items.map(({ id }) => id)
    assert.deepEqual(await found('?label=order:4711'), [mine.id])
    assert.deepEqual(await found('?label=kind:a:b'), [mine.id])
    assert.deepEqual(await found('?label=order:0'), [])
    assert.deepEqual(await found(''), [other.id, mine.id])
    for (const { id, name } of [mine, other]) {
      go(name)
      await consumer.ended(id)
    }
  })

  it('a paused service keeps its jobs waiting with a reason, until it goes on', async () => {
    const consumer = await jobs.consumer()
    assert.equal((await jobs.manage('POST', '/services/paused/pause')).status, 200)
    const { id, name } = await submit(consumer, 'paused')
    const job = await consumer.when(id, 'waits', ({ stateReason }) => stateReason !== null)
    assert.equal(job.stateReason?.code, 'service-paused')
    assert.equal((await jobs.manage('POST', '/services/paused/resume')).status, 200)
    go(name)
    assert.equal((await consumer.ended(id)).state, 'SUCCEEDED')
  })

  it('a job has the version that it was submitted with; a retired service takes no more', async () => {
    const versioned = (text: string) => nodeService('versioned', text, { parameters })
    const made = await jobs.manage('POST', '/services', versioned(gated))
    assert.equal(made.status, 201, made.text)
    const consumer = await jobs.consumer()
    const waits = await submit(consumer, 'versioned')
    const changed = await jobs.manage('PUT', '/services/versioned', versioned(`${gated} // 2`))
    assert.equal(changed.status, 200, changed.text)
    const newest = await submit(consumer, 'versioned')
    const old = await submit(consumer, 'versioned', { version: 1 })
    const unknown = await consumer.ask('versioned', { version: 9 })
    assert.deepEqual(
      [unknown.status, (unknown.body as ShownProblem).code],
      [422, 'service-unknown'],
    )
    const retired = await jobs.manage('DELETE', '/services/versioned')
    assert.equal(retired.status, 200, retired.text)
    const refused = await consumer.ask('versioned')
    assert.deepEqual(
      [refused.status, (refused.body as ShownProblem).code],
      [409, 'service-retired'],
    )
    for (const [{ id, name }, version] of [
      [waits, 1],
      [newest, 2],
      [old, 1],
    ] as const) {
      go(name)
      const job = await consumer.ended(id)
      assert.deepEqual([job.state, job.version], ['SUCCEEDED', version])
    }
  })
})
