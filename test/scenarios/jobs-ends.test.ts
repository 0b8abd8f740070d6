import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { jobsUnderTest, type JobsUnderTest } from '../support/fault-jobs.ts'
import { nodeService } from '../support/services.ts'
import { until } from '../support/until.ts'

const out = `require('node:fs').writeFileSync(process.env.ROOT + '/out/out.txt', 'done');`
const attempt = 'Number(process.env.DSC_ATTEMPT)'

const services = {
  'three.service.yaml': nodeService(
    'three',
    `console.log('the last word'); ${out} process.exit(3)`,
  ),
  'nothing.service.yaml': nodeService('nothing', ''),
  'again.service.yaml': nodeService('again', `${out} process.exit(${attempt} < 2 ? 75 : 0)`, {
    limits: { retryExitCodes: [75] },
  }),
  'always.service.yaml': nodeService('always', 'process.exit(75)', {
    limits: { retryExitCodes: [75], attempts: 2 },
  }),
  'lost.service.yaml': nodeService(
    'lost',
    `console.log('running'); ${out} if (${attempt} < 2) setInterval(() => {}, 1000)`,
  ),
  'endless.service.yaml': nodeService('endless', 'setInterval(() => {}, 1000)', {
    limits: { runSeconds: 1, graceSeconds: 1 },
  }),
}

describe('how jobs end', { concurrency: 3 }, () => {
  let jobs: JobsUnderTest
  before(async () => {
    jobs = await jobsUnderTest({ services })
  })
  after(() => jobs[Symbol.asyncDispose]())

  it('exit code 3: FAILED by the user, with the end of the log, a next step and a signed manifest', async () => {
    const consumer = await jobs.consumer()
    const id = await consumer.submit('three')
    const job = await consumer.ended(id)
    assert.deepEqual(
      [job.state, job.exitCode, job.attempt, job.failure?.class, job.failure?.code],
      ['FAILED', 3, 1, 'user', 'exit-code'],
    )
    assert.match(job.failure?.logTail ?? '', /the last word/)
    assert.notEqual(job.failure?.nextStep, '')
    assert.match((await consumer.call('GET', `/jobs/${id}/logs`)).text, /the last word/)
    const keys = await fetch(`${jobs.under.consumerUrl}/.well-known/jwks.json`)
    const { manifest, signature } = await consumer.get<{
      manifest: { state: string; outputs: { name: string }[] }
      signature: string
    }>(`/jobs/${id}/manifest`)
    const { payload } = await compactVerify(
      signature,
      createLocalJWKSet((await keys.json()) as JSONWebKeySet),
    )
    assert.deepEqual(JSON.parse(Buffer.from(payload).toString()), manifest)
    assert.deepEqual(
      [manifest.state, manifest.outputs.map(({ name }) => name)],
      ['FAILED', ['out.txt']],
    )
  })

  it('a required output that was not written: FAILED by the user, naming it', async () => {
    const consumer = await jobs.consumer()
    const job = await consumer.ended(await consumer.submit('nothing'))
    assert.deepEqual(
      [job.state, job.exitCode, job.failure?.class, job.failure?.code],
      ['FAILED', 0, 'user', 'output-missing'],
    )
    assert.match(job.failure?.message ?? '', /out\.txt/)
  })

  it('an exit code that the service names is tried again', async () => {
    const consumer = await jobs.consumer()
    const job = await consumer.ended(await consumer.submit('again'))
    assert.deepEqual([job.state, job.attempt], ['SUCCEEDED', 2], JSON.stringify(job))
    assert.equal(job.attempts[0]?.failure?.code, 'exit-code')
  })

  it('fails when all attempts are used up', async () => {
    const consumer = await jobs.consumer()
    const job = await consumer.ended(await consumer.submit('always'))
    assert.deepEqual(
      [job.state, job.attempt, job.exitCode, job.failure?.code],
      ['FAILED', 2, 75, 'exit-code'],
    )
  })

  it('a killed supervisor is a lost node: a second attempt succeeds, the first is not billed', async () => {
    const consumer = await jobs.consumer()
    const id = await consumer.submit('lost')
    await consumer.is(id, 'RUNNING')
    await until('running', async () =>
      /running/.test((await consumer.call('GET', `/jobs/${id}/logs`)).text),
    )
    const document = readFileSync(join(jobs.attemptFolder(id, 1), 'supervisor.json'), 'utf8')
    process.kill((JSON.parse(document) as { pid: number }).pid, 'SIGKILL')
    const job = await consumer.ended(id)
    const [first, second] = job.attempts
    assert.deepEqual([job.state, job.attempt], ['SUCCEEDED', 2], JSON.stringify(job))
    assert.deepEqual([first?.failure?.class, first?.failure?.code], ['system', 'node-lost'])
    assert.ok((first?.usage.wallSeconds ?? 0) > 0)
    assert.equal(job.usage.wallSeconds, second?.usage.wallSeconds)
  })

  it('a worker that runs too long is ended, and nothing of it is tried again', async () => {
    const consumer = await jobs.consumer()
    const job = await consumer.ended(await consumer.submit('endless'))
    assert.deepEqual(
      [job.state, job.attempt, job.failure?.class, job.failure?.code],
      ['FAILED', 1, 'user', 'run-timeout'],
    )
  })
})
