import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { answerStatus, startFakeCluster } from '../support/fake-cluster.ts'
import { job, observe, refOf, watched, within } from '../support/observed-cluster.ts'
import { until } from '../support/until.ts'

test('a watch that the server ends goes on where it was, without a list', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake, { times: { steadyMs: 0 } })
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  for (let number = 0; number < 5; number += 1) {
    fake.jobs.endWatches()
    fake.jobs.put(job(refOf(number)))
    await until('the Job', () => observation.get(refOf(number)).job)
  }
  assert.equal(fake.count('jobs', false), 1)
  assert.equal(observation.trouble(), null)
})

test('a version that is too old, told by an event or by a status, leads to a new list', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake)
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  fake.jobs.put(job(refOf(1)), true)
  fake.jobs.say(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410 } }))
  await until('the Job of the second list', () => observation.get(refOf(1)).job)
  await watched(fake)
  fake.jobs.compact()
  fake.jobs.put(job(refOf(2)), true)
  fake.jobs.endWatches()
  await until('the Job of the third list', () => observation.get(refOf(2)).job)
  assert.equal(fake.count('jobs', false), 3)
  assert.equal(observation.trouble(), null)
})

test('a list that expires between its pages is begun again', async () => {
  await using fake = await startFakeCluster()
  for (let number = 0; number < 1_200; number += 1) fake.jobs.put(job(refOf(number)))
  let expired = false
  fake.intercept(({ collection, query }) => {
    if (collection !== 'jobs' || !query.has('continue') || expired) return false
    expired = true
    fake.jobs.compact()
    return false
  })
  await using seen = observe(fake)
  await seen.observation.ready(within())
  assert.equal(seen.observation.list().length, 1_200)
  assert.equal(fake.count('jobs', false), 5)
})

test('a line that is no event is made good by a list', async () => {
  for (const line of ['{"type":"MODIFIED","obj', '{"type":"SURPRISE"}', '{"type":"ADDED"}']) {
    await using fake = await startFakeCluster()
    await using seen = observe(fake)
    await seen.observation.ready(within())
    await watched(fake)
    fake.jobs.put(job(refOf(1)), true)
    fake.jobs.say(line)
    await until('the Job', () => seen.observation.get(refOf(1)).job)
    assert.equal(fake.count('jobs', false), 2)
  }
})

test('a server that ends each watch at once is not asked in a busy loop', async () => {
  await using fake = await startFakeCluster()
  fake.intercept(({ watch }, response) => {
    if (watch) response.writeHead(200).end()
    return watch
  })
  await using seen = observe(fake, { times: { backoffMs: [50, 10_000] } })
  await seen.observation.ready(within())
  const began = performance.now()
  await until('six watches', () => fake.count('jobs', true) >= 6)
  // Waits of at least half of 50, 100, 200, 400 and 800 ms.
  assert.ok(performance.now() - began > 700)
  assert.ok(fake.count('jobs', false) <= 3)
})

test('a connection that stays silent is given up and the watch begun again', async () => {
  await using fake = await startFakeCluster()
  let silent = 0
  fake.intercept(({ watch, collection }, response) => {
    if (!watch || collection !== 'jobs' || silent >= 4) return false
    silent += 1
    // Half of them do not even answer.
    if (silent % 2 === 0) response.writeHead(200).flushHeaders()
    return true
  })
  await using seen = observe(fake, { times: { livenessMs: 120 } })
  const { observation } = seen
  await observation.ready(within())
  await until('its trouble', () => observation.trouble()?.includes('silent'))
  await watched(fake)
  fake.jobs.put(job(refOf(1)))
  await until('the Job', () => observation.get(refOf(1)).job)
  assert.equal(silent, 4)
  await until('no sockets of former watches', () => fake.openSockets() <= 4)
})

test('bookmarks keep an idle watch alive', async () => {
  await using fake = await startFakeCluster()
  await using seen = observe(fake, { times: { livenessMs: 400 } })
  await seen.observation.ready(within())
  await watched(fake)
  const end = performance.now() + 1_200
  while (performance.now() < end) {
    fake.jobs.bookmark()
    fake.pods.bookmark()
    await delay(50)
  }
  assert.equal(fake.count('jobs', true), 1)
})

test('an API server that goes away is told as trouble, and found again with what changed', async () => {
  await using fake = await startFakeCluster()
  const kept = fake.jobs.put(job(refOf(1)))
  fake.jobs.put(job(refOf(2)))
  await using seen = observe(fake)
  const { observation } = seen
  await observation.ready(within())
  await watched(fake)
  await fake.goAway()
  await until('the trouble', () => observation.trouble()?.includes('ECONNREFUSED'))
  assert.match(observation.trouble() ?? '', /^Since \d{4}-.*The cluster did not answer/)
  assert.equal(observation.get(refOf(1)).job?.uid, kept.metadata.uid)
  fake.jobs.remove('job2-1', true)
  fake.jobs.put(job(refOf(3)), true)
  fake.jobs.compact()
  await fake.comeBack()
  await until('the new Job', () => observation.get(refOf(3)).job)
  await until('no trouble', () => observation.trouble() === null)
  assert.deepEqual(observation.list(), [refOf(1), refOf(3)])
  assert.ok(Date.now() - (observation.lastContactAt?.getTime() ?? 0) < 20_000)
})

test('an API server that is away at first makes ready wait, until its signal', async () => {
  await using fake = await startFakeCluster()
  await fake.goAway()
  await using seen = observe(fake)
  await assert.rejects(seen.observation.ready(AbortSignal.timeout(100)), { name: 'TimeoutError' })
  await fake.comeBack()
  await seen.observation.ready(within())
})

test('a refused list is told with the cluster’s own sentence', async () => {
  await using fake = await startFakeCluster()
  fake.intercept((_, response) => {
    answerStatus(response, 403, 'jobs.batch is forbidden: no list')
    return true
  })
  await using seen = observe(fake)
  await until('the trouble', () => seen.observation.trouble()?.includes('jobs.batch is forbidden'))
})

test('disposal ends every connection and request, also of a cluster that does not answer', async () => {
  for (const silent of [false, true]) {
    await using fake = await startFakeCluster()
    fake.intercept(() => silent)
    {
      await using seen = observe(fake)
      if (silent) await until('a request', () => fake.requests.length === 2)
      else {
        await seen.observation.ready(within())
        await watched(fake)
      }
    }
    await until('no sockets', () => fake.openSockets() === 0)
    const before = fake.requests.length
    await delay(300)
    assert.equal(fake.requests.length, before)
  }
})
