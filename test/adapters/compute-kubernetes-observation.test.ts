import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFakeCluster } from '../support/fake-cluster.ts'
import {
  job,
  observe,
  pod,
  podPhase,
  refOf,
  userAgent,
  watched,
  withPhase,
  within,
} from '../support/observed-cluster.ts'
import { until } from '../support/until.ts'

test('thousands of attempts are listed in pages and watched by two connections', async () => {
  await using fake = await startFakeCluster()
  for (let number = 0; number < 2_300; number += 1) {
    const made = fake.jobs.put(job(refOf(number)))
    fake.pods.put(pod(refOf(number), made, 'Running'))
  }
  await using seen = observe(fake)
  await seen.observation.ready(within())
  await watched(fake)
  assert.equal(seen.observation.list().length, 2_300)
  assert.equal(seen.observation.get(refOf(2_299)).pods.length, 1)
  assert.equal(fake.count('jobs', false), 5)
  assert.equal(fake.count('pods', false), 5)
  assert.equal(fake.count('jobs', true) + fake.count('pods', true), 2)
  assert.ok(fake.connections() <= 4, `${fake.connections()} connections`)
  const selectors = new Set(fake.requests.map(({ query }) => query.get('labelSelector')))
  assert.deepEqual([...selectors], ['dataspace-compute/installation=test'])
})

test('events change what is known, and are told', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake)
  const { observation } = seen
  await observation.ready(within())
  const told: string[] = []
  observation.onChange(({ jobId }) => told.push(jobId))
  observation.onChange(() => {
    throw new Error('of a listener')
  })
  await watched(fake)
  const made = fake.jobs.put(job(refOf(1)))
  const its = fake.pods.put(pod(refOf(1), made))
  await until('the pod', () => podPhase(observation, refOf(1)) === 'Pending')
  fake.pods.put(withPhase(its, 'Running'))
  await until('its change', () => podPhase(observation, refOf(1)) === 'Running')
  fake.jobs.put({ ...made, spec: { suspend: true } })
  await until('the suspension', () => observation.get(refOf(1)).job?.suspended)
  assert.equal(told.length, 4)
  assert.deepEqual(observation.list(), [refOf(1)])
  assert.deepEqual(observation.get(refOf(2)), { job: null, pods: [] })
})

test('bookmarks move the version that the next watch begins at', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake, { times: { steadyMs: 0 } })
  await seen.observation.ready(within())
  await watched(fake)
  fake.pods.put(pod(refOf(1), null))
  await until('the pod', () => seen.observation.list().length === 1)
  fake.jobs.bookmark()
  fake.jobs.endWatches()
  await until('the next watch', () => fake.count('jobs', true) === 2)
  const [, next] = fake.requests.filter(({ collection, watch }) => collection === 'jobs' && watch)
  assert.equal(next?.query.get('resourceVersion'), String(fake.version()))
  assert.equal(next.query.get('allowWatchBookmarks'), 'true')
  const seconds = Number(next.query.get('timeoutSeconds'))
  assert.ok(seconds >= 240 && seconds <= 360, `${seconds} s`)
})

test('events in pieces, and several in one piece, are all taken', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake)
  await seen.observation.ready(within())
  await watched(fake)
  const event = (number: number) => {
    const made = job(refOf(number))
    const metadata = { ...made.metadata, resourceVersion: String(fake.version() + 1 + number) }
    const status = { conditions: [{ type: 'Failed', status: 'True', message: 'ü'.repeat(99) }] }
    return Buffer.from(
      `${JSON.stringify({ type: 'ADDED', object: { ...made, metadata, status } })}\n`,
    )
  }
  const bytes = Buffer.concat([event(1), event(2), event(3)])
  const [response] = fake.jobs.watches
  for (let at = 0; at < bytes.length; at += 97) {
    response?.write(bytes.subarray(at, at + 97))
    await new Promise(setImmediate)
  }
  await until('the third Job', () => seen.observation.get(refOf(3)).job)
  assert.equal(seen.observation.get(refOf(1)).job?.end?.message, 'ü'.repeat(99))
  assert.equal(seen.observation.list().length, 3)
})

test('every request says who asks', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake)
  await seen.observation.ready(within())
  await watched(fake)
  const agents = new Set(fake.requests.map(({ headers }) => headers['user-agent']))
  assert.deepEqual([...agents], [userAgent])
})
