import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { shellService } from '../../support/kubernetes-variables.ts'
import { processWorld, type ProcessWorld } from './process-jobs.ts'
import type { WorkerDesk } from './worker-desk.ts'

/** Stands for hours in which nothing is to be seen. */
const quietMs = 10_000

const services = (desk: WorkerDesk) => [
  shellService(
    'patient',
    `${desk.begin}; echo begun; ${desk.wait}; echo $DSC_ATTEMPT > /work/out/result; echo end`,
    { egress: desk.egress, limits: { attempts: 1, collectSeconds: 60 } },
  ),
]

let world: ProcessWorld
before(async () => {
  world = await processWorld(services)
})
after(() => world[Symbol.asyncDispose]())

describe('worker contract, with a service that comes and goes', () => {
  it('case 7: a job without any event of its pod (20 s instead of hours), the service killed and started in the middle', async (t) => {
    const job = await world.begunJob(t, 'patient')
    const version = () =>
      world.kubectl(
        'get',
        'pods',
        ...job.ofJob,
        '-o',
        'jsonpath={.items[*].metadata.resourceVersion}',
      )
    const before = await version()
    await job.kill()
    await pause(quietMs)
    await job.restart()
    await pause(quietMs)
    assert.equal(await version(), before)
    assert.equal((await job.job()).state, 'RUNNING')
    world.desk.release(job.id)
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.equal(ended.attempts.length, 1)
    assert.deepEqual(world.desk.starts(job.id), [1])
    assert.equal(await job.text(`/outputs/result`), '1\n')
    assert.equal(await job.text(`/logs`), 'begun\nend\n')
    await job.nothingStays()
  })
})
