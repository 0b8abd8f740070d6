import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Application } from '../../src/application/application.ts'
import { JobWaker } from '../../src/application/jobs/wake-jobs.ts'
import { submitJob } from '../../src/application/jobs/submit-job.ts'
import type { AttemptStatus } from '../../src/application/ports/compute-backend.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { noUsage } from '../../src/domain/job.ts'
import { controlPlaneFile, openingBody, signal } from '../support/control-plane-under-test.ts'
import { nodeService } from '../support/services.ts'
import { startUnderTest } from '../support/service-under-test.ts'
import { until } from '../support/until.ts'

const since = new Date('2026-11-24T09:00:00.000Z')
const running: AttemptStatus = { phase: 'running', since, startedAt: since }
const never = new Date('2036-01-01T00:00:00.000Z')

/** Jobs whose rows say that they run, in a service without a controller. */
async function runningJobs(t: TestContext, count: number) {
  const under = await startUnderTest({
    variables: { DSC_ROLES: 'api' },
    services: { 'a.service.yaml': nodeService('a', '') },
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', { url: 'http://a.test' }) },
  })
  t.after(() => under[Symbol.asyncDispose]())
  const { app } = under.service
  const opening = openingBody()
  await signal(under.connectorUrl, 'start', opening)
  const { agreementId } = opening
  const workspace = await app.database.read.workspaces.first({ agreementId })
  assert.ok(workspace)
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    const job = await submitJob(app, workspace, { serviceId: 'a' }, undefined, t.signal)
    ids.push(job.id)
    await app.database.transaction(async (tx) => {
      await tx.jobs.update({ id: job.id }, { state: 'RUNNING', attempt: 1 })
      await tx.attempts.insert({ ...livingAttempt, jobId: job.id, workspaceId: workspace.id })
      await tx.work.remove('job', job.id)
    })
  }
  const due = async () => {
    const at = await app.database.read.work.depth(never)
    return at.job ?? 0
  }
  return { app, ids, due }
}

const livingAttempt = {
  number: 1,
  state: 'RUNNING',
  startedAt: since,
  endedAt: null,
  exitCode: null,
  failure: null,
  usage: noUsage,
  imageDigest: null,
  credentialsUntil: never,
  outputs: [],
  log: null,
  removed: false,
} as const

const withStatus = (
  app: Application,
  status: (jobId: string) => Promise<AttemptStatus>,
): Application => ({
  ...app,
  compute: Object.assign(Object.create(app.compute) as typeof app.compute, {
    status: ({ jobId }: { readonly jobId: string }) => status(jobId),
  }),
})

test('a hint makes a job due only when the backend says something new of it', async (t) => {
  const { app, ids, due } = await runningJobs(t, 3)
  const ended = ids[1]
  const asked: string[] = []
  const seen = withStatus(app, (jobId) => {
    asked.push(jobId)
    return Promise.resolve(jobId === ended ? { phase: 'absent' } : running)
  })
  using waker = new JobWaker(seen)
  for (const jobId of ids) waker.hint({ jobId, attempt: 1 })
  await until('the news', async () => (await due()) === 1)
  assert.deepEqual(asked.sort(), [...ids].sort())
  const [lease, ...others] = await app.database.read.work.claim('job', 'test', 10, 1000, never)
  assert.equal(lease?.id, ended)
  assert.deepEqual(others, [])
})

test('a job whose state cannot be asked for is due', async (t) => {
  const { app, ids, due } = await runningJobs(t, 1)
  using waker = new JobWaker(withStatus(app, () => Promise.reject(new Error('away'))))
  for (const jobId of ids) waker.hint({ jobId, attempt: 1 })
  await until('the doubt', async () => (await due()) === 1)
})

test('a hint that cannot be written down is tried again', async (t) => {
  const { app, ids, due } = await runningJobs(t, 1)
  let failures = 0
  const database = Object.assign(Object.create(app.database) as typeof app.database, {
    transaction: (change: Parameters<typeof app.database.transaction>[0]) => {
      failures += 1
      return failures === 1
        ? Promise.reject(new Error('the database is away'))
        : app.database.transaction(change)
    },
  })
  const gone = withStatus({ ...app, database }, () => Promise.resolve({ phase: 'absent' }))
  using waker = new JobWaker(gone)
  for (const jobId of ids) waker.hint({ jobId, attempt: 1 })
  await until('the second try', async () => (await due()) === 1)
  assert.equal(failures, 2)
})

test('what vanished while nobody watched is due when the watch begins', async (t) => {
  const { app, ids, due } = await runningJobs(t, 3)
  const gone = ids[1]
  const seen = withStatus(app, (jobId) =>
    Promise.resolve(jobId === gone ? { phase: 'absent' } : running),
  )
  using waker = new JobWaker(seen)
  await waker.hintLiving()
  await until('the one that is gone', async () => (await due()) === 1)
  const [lease] = await app.database.read.work.claim('job', 'test', 10, 1000, never)
  assert.equal(lease?.id, gone)
})

test('what may change by time alone is looked at soon', async (t) => {
  const { app, ids } = await runningJobs(t, 1)
  const seen = withStatus(app, () => Promise.resolve({ ...running, changesByTime: true }))
  using waker = new JobWaker(seen)
  const before = app.now()
  await waker.hintLiving()
  const claimed = async (at: Date) => app.database.read.work.claim('job', 'test', 10, 1000, at)
  const soon = new Date(before.getTime() + (app.compute.looks.soon + 5) * 1000)
  await until('it is due', async () => (await app.database.read.work.depth(soon)).job === 1)
  assert.deepEqual(await claimed(before), [])
  const [lease] = await claimed(soon)
  assert.equal(lease?.id, ids[0])
})

const away = () => Promise.reject(new FailureError('cluster-unavailable', 'It is not seen yet.'))

test('while the backend has not seen its jobs yet none is due; then those with news', async (t) => {
  const { app, ids, due } = await runningJobs(t, 3)
  const gone = ids[2]
  let asked = 0
  let isSeen = false
  const seen = withStatus(app, (jobId) => {
    asked += 1
    if (!isSeen) return away()
    return Promise.resolve(jobId === gone ? { phase: 'absent' } : running)
  })
  using waker = new JobWaker(seen)
  await waker.hintLiving()
  await until('they are asked for again', () => asked > 3)
  assert.equal(await due(), 0)
  isSeen = true
  await until('the one that is gone', async () => (await due()) === 1)
  const [lease] = await app.database.read.work.claim('job', 'test', 10, 1000, never)
  assert.equal(lease?.id, gone)
})

test('a backend that stays away is not waited for: its jobs are due, and say so', async (t) => {
  const { app, ids, due } = await runningJobs(t, 2)
  using waker = new JobWaker(withStatus(app, away), { patienceMs: 0 })
  for (const jobId of ids) waker.hint({ jobId, attempt: 1 })
  await until('both', async () => (await due()) === 2)
})
