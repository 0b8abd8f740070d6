import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Consumer } from '../../support/fault-jobs.ts'
import { shellService } from '../../support/kubernetes-variables.ts'
import { storeClient } from '../../support/two-agreements-open.ts'
import { until } from '../../support/until.ts'
import { assertFailure, attemptCodes, podJobs, type PodJobs } from './pod-jobs.ts'
import { agentPid } from './pod-processes.ts'
import { startStoreGate, type StoreGate } from './store-gate.ts'
import type { WorkerDesk } from './worker-desk.ts'

const table = { name: 'table.csv', kind: 'file', mountPath: '/work/in', required: true }

const services = (desk: WorkerDesk) => [
  shellService('staged', `${desk.begin}; cat /work/in/table.csv > /work/out/result`, {
    inputs: [table],
    egress: desk.egress,
    limits: { attempts: 2, collectSeconds: 60 },
  }),
  shellService('hurried', `${desk.begin}; true`, {
    inputs: [table],
    egress: desk.egress,
    limits: { attempts: 2, stageSeconds: 4 },
  }),
  shellService('waiting', `${desk.begin}; ${desk.wait}; echo $DSC_ATTEMPT > /work/out/result`, {
    egress: desk.egress,
    limits: { attempts: 2, collectSeconds: 60 },
  }),
]

/** Past the service, which refuses to replace an input that a job reads. */
async function putDirectly(consumer: Consumer, key: string, content: string): Promise<void> {
  const { s3, bucket } = await storeClient({ consumer })
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }))
  s3.destroy()
}

/** A service whose agents reach the store through a gate. */
async function gatedWorld(): Promise<
  { gate: StoreGate; world: PodJobs; open: () => void } & AsyncDisposable
> {
  await using opened = new AsyncDisposableStack()
  const gate = opened.use(await startStoreGate())
  const world = opened.use(
    await podJobs({ services, variables: { DSC_AGENT_STORE_URL: gate.url } }),
  )
  const everything = opened.move()
  return {
    gate,
    world,
    open: () => gate.open(world.jobs.under.service.storeUrl),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

describe('failures of the agent', { concurrency: 4 }, () => {
  it('store-unavailable: a store that the agent cannot reach is tried again, and no worker begins', async () => {
    await using gated = await gatedWorld()
    const { world } = gated
    const consumer = await world.consumer()
    await consumer.put('table.csv', 'x')
    const begun = performance.now()
    const id = await consumer.submit('hurried')
    const ended = await consumer.ended(id)
    assert.ok(performance.now() - begun < 100_000)
    assertFailure(ended, { code: 'store-unavailable', says: /store/i, exitCode: null })
    assert.deepEqual(attemptCodes(ended), ['store-unavailable', 'store-unavailable'])
    assert.deepEqual(world.desk.starts(id), [])
    await world.nothingStays(id)
  })

  it('pod-deleted: a pod that is deleted while it stages is a new attempt', async () => {
    await using gated = await gatedWorld()
    const { world } = gated
    const consumer = await world.consumer()
    await consumer.put('table.csv', 'staged')
    const id = await consumer.submit('staged')
    await consumer.is(id, 'STAGING')
    const { metadata } = await world.pod(id)
    await world.kubectl(['delete', 'pod', metadata?.name ?? '', '--wait=false'])
    await consumer.when(id, 'the second attempt', ({ attempt }) => attempt === 2)
    gated.open()
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assertFailure(
      { failure: ended.attempts[0]?.failure ?? null, exitCode: null },
      { code: 'pod-deleted', says: /pod was (?:deleted|ended)/ },
    )
    assert.deepEqual(world.desk.starts(id), [1])
    await world.nothingStays(id)
  })

  it('collecting-failed: an agent that is killed while it collects is a new attempt, never a success without outputs', async () => {
    await using gated = await gatedWorld()
    const { world } = gated
    gated.open()
    const consumer = await world.consumer()
    const id = await consumer.submit('waiting')
    await world.desk.begun(id)
    const pod = await world.pod(id)
    gated.gate.close()
    world.desk.release(id)
    await consumer.is(id, 'COLLECTING')
    process.kill(agentPid(pod), 'SIGKILL')
    await consumer.when(
      id,
      'the end of attempt 1',
      ({ attempts }) => attempts[0]?.state === 'FAILED',
    )
    gated.open()
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assertFailure(
      { failure: ended.attempts[0]?.failure ?? null, exitCode: null },
      { code: 'collecting-failed', says: /exit code 137|agent was lost/ },
    )
    assert.deepEqual(world.desk.starts(id), [1, 1])
    assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, '2\n')
    await world.nothingStays(id)
  })
})

describe('agents that come back, and inputs that changed', { concurrency: 2 }, () => {
  let world: PodJobs
  before(async () => {
    const queued = { profiles: { queued: { queue: 'a-queue' } } }
    world = await podJobs({
      services: (desk) => [
        ...services(desk),
        shellService('queued', `${desk.begin}; cat /work/in/table.csv > /work/out/result`, {
          inputs: [table],
          egress: desk.egress,
          resources: { profile: 'queued' },
          limits: { attempts: 2 },
        }),
      ],
      files: { DSC_KUBERNETES_PROFILES_FILE: queued },
    })
  })
  after(() => world[Symbol.asyncDispose]())

  it('succeeded: an agent that is killed while the worker runs comes back and delivers', async () => {
    const consumer = await world.consumer()
    const id = await consumer.submit('waiting')
    await world.desk.begun(id)
    const pod = await world.pod(id)
    process.kill(agentPid(pod), 'SIGKILL')
    await world.pod(id, ({ status }) => {
      const agent = status?.initContainerStatuses?.[0]
      return agent?.restartCount === 1 && agent.started === true
    })
    assert.equal((await consumer.job(id)).state, 'RUNNING')
    world.desk.release(id)
    const ended = await consumer.ended(id)
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.equal(ended.attempts.length, 1)
    assert.deepEqual(world.desk.starts(id), [1])
    assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, '1\n')
    await world.nothingStays(id)
  })

  it('input-changed: an input that is replaced before it is read is the data’s fault, and not tried again', async () => {
    const consumer = await world.consumer()
    await consumer.put('table.csv', 'as pinned')
    const id = await consumer.submit('queued')
    await until('the suspended Job', () => world.jobObject(id), 30_000)
    await putDirectly(consumer, 'inputs/table.csv', 'replaced')
    await world.kubectl(['patch', 'job', `${id}-1`, '-p', '{"spec":{"suspend":false}}'])
    const ended = await consumer.ended(id)
    assertFailure(ended, { code: 'input-changed', says: /table\.csv/, exitCode: null })
    assert.equal(ended.attempts.length, 1)
    assert.deepEqual(world.desk.starts(id), [])
    await world.nothingStays(id)
  })
})
