import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { shellService } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { processWorld, type ProcessWorld } from './process-jobs.ts'
import type { WorkerDesk } from './worker-desk.ts'

const lines = [1, 2, 3, 4, 5]

/** The first attempt waits to be told; the second one has an end of its own. */
const services = (desk: WorkerDesk) => [
  shellService(
    'patient',
    `${desk.begin}; echo attempt $DSC_ATTEMPT; for n in ${lines.join(' ')}; do echo line $n; done
    if [ $DSC_ATTEMPT = 1 ]; then ${desk.wait}; fi
    echo $DSC_ATTEMPT > /work/out/result`,
    { egress: desk.egress, limits: { attempts: 2, collectSeconds: 6 } },
  ),
]

let world: ProcessWorld
before(async () => {
  world = await processWorld(services)
})
after(() => world[Symbol.asyncDispose]())

const printed = (attempt: number) =>
  `attempt ${attempt}
${lines
  .map(
    (line) => `line ${line}
`,
  )
  .join('')}`

describe('the service is not there', { concurrency: 3 }, () => {
  it('pod-deleted: a pod that is deleted meanwhile is a new attempt; the claimed one never runs again', async (t) => {
    const job = await world.begunJob(t, 'patient')
    await until('the log is here', async () => (await job.text(`/logs`)) === printed(1))
    await job.kill()
    await world.kubectl('delete', 'pods', ...job.ofJob, '--timeout=60s')
    await job.restart()
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.deepEqual(
      ended.attempts.map(({ state }) => state),
      ['FAILED', 'SUCCEEDED'],
    )
    assert.equal(ended.attempts[0]?.failure?.code, 'pod-deleted')
    assert.equal(ended.attempts[0].failure.class, 'system')
    assert.deepEqual(world.desk.starts(job.id), [1, 1])
    assert.equal(await job.text(`/outputs/result`), '2\n')
    assert.equal(await job.text(`/logs?attempt=1`), printed(1))
    await job.nothingStays()
  })

  it('node-lost: a Job that is deleted meanwhile is a new attempt; the claimed one never runs again', async (t) => {
    const job = await world.begunJob(t, 'patient')
    await until('the log is here', async () => (await job.text(`/logs`)) === printed(1))
    await job.kill()
    await world.kubectl('delete', 'job', `${job.id}-1`, '--cascade=foreground', '--timeout=60s')
    await job.restart()
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.deepEqual(
      ended.attempts.map(({ state }) => state),
      ['FAILED', 'SUCCEEDED'],
    )
    assert.equal(ended.attempts[0]?.failure?.code, 'node-lost')
    assert.deepEqual(world.desk.starts(job.id), [1, 1])
    assert.equal(await job.text(`/outputs/result`), '2\n')
    assert.equal(await job.text(`/logs?attempt=1`), printed(1))
    await job.nothingStays()
  })
})
