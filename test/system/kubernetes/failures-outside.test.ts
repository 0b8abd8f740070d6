import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { shellService } from '../../support/kubernetes-variables.ts'
import type { Consumer, ShownJob } from '../../support/fault-jobs.ts'
import { until } from '../../support/until.ts'
import { assertFailure, attemptCodes, podJobs, type PodJobs } from './pod-jobs.ts'
import type { WorkerDesk } from './worker-desk.ts'

/** The first attempt waits to be told; the second one has an end of its own. */
const services = (desk: WorkerDesk) => [
  shellService(
    'patient',
    `${desk.begin}; echo attempt $DSC_ATTEMPT
    if [ $DSC_ATTEMPT = 1 ]; then ${desk.wait}; fi
    echo $DSC_ATTEMPT > /work/out/result`,
    { egress: desk.egress, limits: { attempts: 2, collectSeconds: 20 } },
  ),
  shellService('deaf', `${desk.begin}; trap '' TERM; while :; do sleep 1; done`, {
    egress: desk.egress,
    limits: { attempts: 1, collectSeconds: 5 },
  }),
]

let world: PodJobs
before(async () => {
  world = await podJobs({ services })
})
after(() => world[Symbol.asyncDispose]())

/** The job has failed once by the system and then succeeded, with one worker for each attempt. */
async function assertSecondTry(consumer: Consumer, id: string): Promise<ShownJob> {
  const ended = await consumer.ended(id)
  assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
  assert.deepEqual(
    ended.attempts.map(({ state }) => state),
    ['FAILED', 'SUCCEEDED'],
  )
  assert.equal((await consumer.call('GET', `/jobs/${id}/outputs/result`)).text, '2\n')
  assert.deepEqual(world.desk.starts(id), [1, 1])
  assert.equal(await world.claims(consumer, ended), 2)
  await world.nothingStays(id)
  return ended
}

async function running(service: string) {
  const consumer = await world.consumer()
  const id = await consumer.submit(service)
  await world.desk.begun(id)
  await consumer.is(id, 'RUNNING')
  const pod = await world.pod(id)
  return { consumer, id, pod: pod.metadata?.name ?? '' }
}

const firstAttempt = ({ attempts: [first] }: ShownJob) => ({
  failure: first?.failure ?? null,
  exitCode: first?.exitCode ?? null,
})

describe('failures of pods from outside', { concurrency: 4 }, () => {
  it('pod-deleted: a running pod that someone deletes is a new attempt, and its log is there', async () => {
    const { consumer, id, pod } = await running('patient')
    await world.kubectl(['delete', 'pod', pod, '--wait=false'])
    const ended = await assertSecondTry(consumer, id)
    assertFailure(firstAttempt(ended), { code: 'pod-deleted', says: /pod was deleted/ })
    const { text } = await consumer.call('GET', `/jobs/${id}/logs?attempt=1`)
    assert.equal(text, 'attempt 1\nstopped\n')
  })

  it('pod-deleted: a pod that is deleted by force leaves no end, and is a new attempt', async () => {
    const { consumer, id, pod } = await running('patient')
    const log = async (attempt: number) =>
      (await consumer.call('GET', `/jobs/${id}/logs?attempt=${attempt}`)).text
    await until('the log is here', async () => (await log(1)) === 'attempt 1\n')
    await world.kubectl(['delete', 'pod', pod, '--grace-period=0', '--force'])
    const ended = await assertSecondTry(consumer, id)
    assertFailure(firstAttempt(ended), { code: 'pod-deleted', says: /pod was deleted/ })
    assert.match(await log(1), /^attempt 1\n(?:stopped\n)?$/)
    assert.equal(await log(2), 'attempt 2\n')
  })

  it('evicted: an eviction through the API is a new attempt, in the cluster’s words', async () => {
    const { consumer, id, pod } = await running('patient')
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: pod, namespace: world.namespace },
    }
    const path = `/api/v1/namespaces/${world.namespace}/pods/${pod}/eviction`
    await world.kubectl(['create', '--raw', path, '-f', '-'], JSON.stringify(eviction))
    const ended = await assertSecondTry(consumer, id)
    assertFailure(firstAttempt(ended), { code: 'evicted', says: /Eviction API: evicting/ })
  })

  it('node-lost or pod-deleted: a Job that someone deletes is a new attempt', async () => {
    const { consumer, id } = await running('patient')
    await world.kubectl(['delete', 'job', `${id}-1`, '--wait=false'])
    const ended = await assertSecondTry(consumer, id)
    const [code] = attemptCodes(ended)
    assert.ok(code === 'pod-deleted' || code === 'node-lost', JSON.stringify(ended))
    assert.equal(ended.attempts[0]?.failure?.class, 'system')
  })

  it('pod-deleted: a worker that ignores SIGTERM is gone after the pod’s grace period', async () => {
    const { consumer, id, pod } = await running('deaf')
    const begun = performance.now()
    await world.kubectl(['delete', 'pod', pod, '--wait=false'])
    const ended = await consumer.ended(id)
    assert.ok(performance.now() - begun < 40_000)
    assertFailure(ended, { code: 'pod-deleted', says: /pod was deleted/, exitCode: 137 })
    await world.nothingStays(id)
  })
})
