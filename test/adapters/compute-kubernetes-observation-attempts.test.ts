import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { startFakeCluster } from '../support/fake-cluster.ts'
import {
  asJob,
  job,
  observe,
  pod,
  podPhase,
  refOf,
  watched,
  within,
} from '../support/observed-cluster.ts'
import { until } from '../support/until.ts'

test('a deleted pod is remembered with its last state while its Job is there and for a while after', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake, { retentionMs: 150 })
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  const made = fake.jobs.put(job(refOf(1)))
  const its = fake.pods.put(pod(refOf(1), made, 'Failed'))
  await until('the pod', () => podPhase(observation, refOf(1)))
  const other = fake.pods.put(pod(refOf(2), null, 'Running'))
  fake.pods.remove(its.metadata.name)
  fake.pods.remove(other.metadata.name)
  await until('the end of an orphan is forgotten', () => {
    const { pods } = observation.get(refOf(2))
    return observation.get(refOf(1)).pods[0]?.gone === true && pods.length === 0
  })
  const [last] = observation.get(refOf(1)).pods
  assert.equal(last?.phase, 'Failed')
  assert.ok(last.gone && Date.now() - last.goneAt.getTime() < 20_000)
  const since = performance.now()
  fake.jobs.remove(made.metadata.name)
  await until('the Job goes', () => observation.get(refOf(1)).job === null)
  await until('the pod is forgotten', () => observation.get(refOf(1)).pods.length === 0)
  assert.ok(performance.now() - since >= 145)
  assert.deepEqual(observation.list(), [])
})

test('a pod of another owner is ignored while the Job is known', async () => {
  await using fake = await startFakeCluster()
  const made = fake.jobs.put(job(refOf(1)))
  fake.pods.put(pod(refOf(1), randomUUID(), 'Succeeded'))
  fake.pods.put(pod(refOf(1), null, 'Succeeded'))
  fake.pods.put(pod(refOf(1), made, 'Running'))
  fake.pods.put(pod(refOf(2), randomUUID(), 'Running'))
  await using seen = observe(fake)
  await seen.observation.ready(within())
  assert.deepEqual(
    seen.observation.get(refOf(1)).pods.map(({ phase }) => phase),
    ['Running'],
  )
  assert.equal(seen.observation.get(refOf(2)).pods.length, 1)
  assert.deepEqual(seen.observation.list(), [refOf(1), refOf(2)])
})

test('an object that cannot be read keeps its last view and stops no other; one of a foreign name is none of ours', async () => {
  await using fake = await startFakeCluster()
  const made = fake.jobs.put(job(refOf(1)))
  const foreign = job(refOf(3))
  fake.jobs.put({ ...foreign, metadata: { ...foreign.metadata, name: 'of-someone-else' } })
  fake.pods.put({ ...pod(refOf(4), null), status: { conditions: 'none' } })
  await using seen = observe(fake)
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  fake.jobs.put({ ...made, status: { conditions: 'none' } })
  fake.jobs.put(job(refOf(2)))
  await until('the second Job', () => observation.get(refOf(2)).job)
  assert.equal(observation.get(refOf(1)).job?.uid, made.metadata.uid)
  assert.deepEqual(observation.list(), [refOf(1), refOf(2)])
  assert.equal(observation.unreadable, 2)
  assert.equal(fake.count('jobs', false), 1)
})

test('changes that the watch never told are found by the periodic list, beside the watch', async () => {
  await using fake = await startFakeCluster()
  const made = fake.jobs.put(job(refOf(1)))
  fake.pods.put(pod(refOf(1), made, 'Running'))
  fake.jobs.put(job(refOf(2)))
  await using seen = observe(fake, { times: { relistMs: 150 } })
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  const told = new Set<string>()
  observation.onChange(({ jobId }) => told.add(jobId))
  fake.pods.remove([...fake.pods.objects.keys()][0] ?? '', true)
  fake.jobs.remove('job2-1', true)
  fake.jobs.put(job(refOf(3)), true)
  await until('the changes', () => observation.get(refOf(1)).pods[0]?.gone && told.size === 3)
  assert.equal(observation.get(refOf(1)).pods[0]?.phase, 'Running')
  assert.equal(observation.get(refOf(2)).job, null)
  assert.ok(observation.get(refOf(3)).job)
  assert.equal(fake.count('jobs', true), 1)
})

test('a Job made again under its name replaces the former one', async () => {
  await using fake = await startFakeCluster()
  const former = fake.jobs.put(job(refOf(1)))
  fake.pods.put(pod(refOf(1), former, 'Running'))
  await using seen = observe(fake)
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  fake.jobs.remove('job1-1', true)
  const again = fake.jobs.put(job(refOf(1)))
  await until('the new Job', () => observation.get(refOf(1)).job?.uid === again.metadata.uid)
  assert.deepEqual(observation.get(refOf(1)).pods, [])
})

for (const how of ['when the watch breaks', 'by the periodic list'] as const) {
  test(`a cluster that was restored to an older version is believed, ${how}`, async () => {
    await using fake = await startFakeCluster()
    fake.jobs.put(job(refOf(1)))
    fake.jobs.put(job(refOf(2)))
    const relistMs = how === 'by the periodic list' ? 150 : 600_000
    await using seen = observe(fake, { times: { relistMs } })
    const { observation } = seen
    await observation.ready(within())
    await watched(fake)
    fake.rewind(900)
    const former = fake.jobs.put(job(refOf(1), { spec: { suspend: true } }), true)
    fake.jobs.objects.delete('job2-1')
    if (how === 'when the watch breaks') {
      fake.jobs.say(JSON.stringify({ type: 'ERROR', object: { code: 410 } }))
    }
    await until('the older Job', () => observation.get(refOf(1)).job?.uid === former.metadata.uid)
    assert.deepEqual(observation.list(), [refOf(1)])
    await until('a watch from there', () => {
      const last = fake.requests.findLast((one) => one.collection === 'jobs' && one.watch)
      return last?.query.get('resourceVersion') === '901' && fake.jobs.watches.size === 1
    })
    fake.jobs.put({ ...former, spec: { suspend: false } })
    await until('its change', () => observation.get(refOf(1)).job?.suspended === false)
  })
}

test('a noted Job is known at once, and its event is no news', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake)
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  const told: string[] = []
  observation.onChange(({ jobId }) => told.push(jobId))
  const made = fake.jobs.put(job(refOf(1)), true)
  observation.note(asJob(made))
  assert.equal(observation.get(refOf(1)).job?.uid, made.metadata.uid)
  fake.jobs.say(JSON.stringify({ type: 'ADDED', object: made }))
  fake.jobs.put(job(refOf(2)))
  await until('the second Job', () => observation.get(refOf(2)).job)
  assert.deepEqual(told, ['job2'])
})

test('a list that began before a Job was created does not remove it', async () => {
  await using fake = await startFakeCluster()
  for (let number = 0; number < 600; number += 1) fake.jobs.put(job(refOf(number)))
  await using seen = observe(fake, { times: { relistMs: 100 } })
  const { observation } = seen
  await observation.ready(within())
  const page = Promise.withResolvers<undefined>()
  const paused = Promise.withResolvers<undefined>()
  fake.intercept(async ({ query, collection }) => {
    if (collection !== 'jobs' || !query.has('continue')) return false
    paused.resolve(undefined)
    await page.promise
    return false
  })
  await paused.promise
  const made = fake.jobs.put(job(refOf(7_777)), true)
  observation.note(asJob(made))
  // Deleted while the list runs: its pages still show it.
  fake.jobs.remove('job550-1')
  await until('the deletion', () => observation.get(refOf(550)).job === null)
  const before = fake.count('jobs', false)
  const shown: (string | undefined)[] = []
  observation.onChange((ref) => {
    shown.push(observation.get(ref).job?.name)
  })
  page.resolve(undefined)
  await until('the next list', () => fake.count('jobs', false) > before)
  assert.equal(observation.get(refOf(7_777)).job?.uid, made.metadata.uid)
  assert.equal(observation.get(refOf(550)).job, null)
  assert.deepEqual(shown, [])
})

test('a note that comes after the deletion was seen brings nothing back, nor does an older one', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake)
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  const made = fake.jobs.put(job(refOf(1)))
  const other = fake.jobs.put(job(refOf(2)))
  fake.jobs.put({ ...other, spec: { suspend: true } })
  fake.jobs.remove('job1-1')
  await until('both', () => observation.get(refOf(2)).job?.suspended)
  await until('the deletion', () => observation.get(refOf(1)).job === null)
  observation.note(asJob(made))
  observation.note(asJob(other))
  assert.equal(observation.get(refOf(1)).job, null)
  assert.equal(observation.get(refOf(2)).job?.suspended, true)
})
