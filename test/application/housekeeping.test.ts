import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Application } from '../../src/application/application.ts'
import { BufferedExchangeLog } from '../../src/application/control-planes/buffered-exchange-log.ts'
import {
  ensureHousekeeping,
  housekeepingReconciler,
} from '../../src/application/operating/housekeeping.ts'
import type { AttemptRef } from '../../src/application/ports/compute-backend.ts'
import { createService } from '../../src/application/services/save-service.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import { holdPass } from '../../src/controller/pass.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import { noUsage } from '../../src/domain/job.ts'
import {
  openControlPlane,
  openingMessage,
  operatedApplication,
  storeFacts,
} from '../support/operated-application.ts'

const daySeconds = 86_400

/** What is far away: buckets and attempts as lists that can be changed. */
function farAway() {
  const buckets: string[] = []
  const attempts: AttemptRef[] = []
  const without = <T>(list: T[], gone: (one: T) => boolean) => {
    list.splice(0, list.length, ...list.filter((one) => !gone(one)))
    return Promise.resolve()
  }
  const store = {
    ...storeFacts,
    listBuckets: () => Promise.resolve([...buckets]),
    empty: () => Promise.resolve({ objects: 0, bytes: 0, uploads: 0 }),
    deleteBucket: (bucket: string) => without(buckets, (one) => one === bucket),
  } as unknown as Application['store']
  const compute = {
    list: () => Promise.resolve([...attempts]),
    tidy: () => Promise.resolve(),
    remove: (ref: AttemptRef) => without(attempts, (one) => one.jobId === ref.jobId),
  } as unknown as Application['compute']
  return { buckets, attempts, far: { store, compute } }
}

async function housekept(context: TestContext) {
  const { buckets, attempts, far } = farAway()
  const operated = await operatedApplication(context, far)
  const { app, clock } = operated
  const service = parseServiceContent({ id: 'sum', title: 'S', worker: { image: 'i' } })
  await app.database.transaction((tx) => createService(app, tx, service, 'api'))
  await ensureHousekeeping(app)
  const run = async () => {
    clock.advance(3600)
    const [lease] = await app.database.read.work.claim('housekeeping', 'me', 1, 60_000, clock.now)
    assert(lease, 'housekeeping is due every hour')
    using pass = holdPass(
      app.database,
      lease,
      { leaseMs: 60_000, marginMs: 10_000 },
      app.now,
      AbortSignal.timeout(10_000),
    )
    const outcome = await housekeepingReconciler(app).run(pass)
    const dueAt = outcome.kind === 'again' ? outcome.at : null
    await app.database.read.work.release(pass.lease(), { dueAt, failures: 0 }, clock.now)
  }
  return { ...operated, buckets, attempts, run }
}

async function endedWorkspace(app: Application) {
  await startDataFlow(app, openControlPlane, openingMessage())
  const { read } = app.database
  const [workspace] = await read.workspaces.list({})
  assert(workspace)
  const { id } = workspace
  await read.flows.updateWhere({ workspaceId: id }, { state: 'TERMINATED', endedAt: app.now() })
  await read.workspaces.update({ id }, { state: 'DELETED', endedAt: app.now(), openKey: null })
  const report = { workspaceId: id, agreementId: 'a1', participantContextId: 'provider', jws: 'x' }
  const until = new Date(app.now().getTime() + 365 * daySeconds * 1000)
  await read.reports.insert({ ...report, createdAt: app.now(), until })
  const note = { participantContextId: 'provider', agreementId: 'a1', endedAt: app.now() }
  await read.endedAgreements.insert(note)
  return id
}

test('events go thirty days after the end, everything else but report and note after the history time', async (context) => {
  const { app, clock, run } = await housekept(context)
  await endedWorkspace(app)
  const { read } = app.database
  await run()
  assert.notEqual(await read.events.count({}), 0)
  clock.advance(30 * daySeconds)
  await run()
  assert.equal(await read.events.count({}), 0)
  assert.equal(await read.workspaces.count({}), 1)
  clock.advance(60 * daySeconds)
  await run()
  for (const table of ['workspaces', 'flows', 'grants', 'flowMessages'] as const)
    assert.equal(await read[table].count({}), 0, table)
  assert.equal((await read.work.depth(clock.now)).workspace, 0)
  assert.deepEqual([await read.reports.count({}), await read.endedAgreements.count({})], [1, 1])
  clock.advance(300 * daySeconds)
  await run()
  assert.equal(await read.reports.count({}), 0)
  assert.equal(await read.endedAgreements.count({}), 1)
})

test('noted messages with control planes go after seven days', async (context) => {
  const { app, clock, run } = await housekept(context)
  const log = new BufferedExchangeLog(app)
  const noted = { controlPlaneId: 'edc', direction: 'in', method: 'POST', url: '/x' } as const
  log.note({ ...noted, at: clock.now, status: 200, durationMs: 1, request: null, response: null })
  await log.flush()
  clock.advance(7 * daySeconds - 3600)
  await run()
  assert.equal(await app.database.read.exchanges.count({}), 1)
  await run()
  assert.equal(await app.database.read.exchanges.count({}), 0)
})

test('a living workspace keeps everything, however old', async (context) => {
  const { app, clock, run } = await housekept(context)
  await startDataFlow(app, openControlPlane, openingMessage())
  const { read } = app.database
  const message = { controlPlaneId: 'edc', processId: 'p1', messageId: 'm9', operation: 'suspend' }
  await read.flowMessages.insert({ ...message, receivedAt: app.now() })
  clock.advance(400 * daySeconds)
  await run()
  assert.notEqual(await read.events.count({}), 0)
  assert.equal(await read.flows.count({}), 1)
  assert.equal(await read.flowMessages.count({}), 1)
})

test('signaling messages, keys and terminations go when their time is over', async (context) => {
  const { app, clock, run } = await housekept(context)
  const { read } = app.database
  const at = app.now()
  await read.flowMessages.insert({
    controlPlaneId: 'edc',
    processId: 'unknown',
    messageId: 'm',
    operation: 'terminate',
    receivedAt: at,
  })
  await read.idempotency.insert({
    scope: 'management',
    key: 'k',
    operation: 'createService',
    bodySha256: 'x',
    resourceId: 'sum',
    createdAt: at,
  })
  await read.rememberedTerminations.insert({
    controlPlaneId: 'edc',
    processId: 'p',
    until: new Date(at.getTime() + 7_200_000),
  })
  await run()
  assert.deepEqual(
    [
      await read.flowMessages.count({}),
      await read.idempotency.count({}),
      await read.rememberedTerminations.count({}),
    ],
    [1, 1, 1],
  )
  await run()
  assert.equal(await read.rememberedTerminations.count({}), 0)
  clock.advance(daySeconds)
  await run()
  assert.deepEqual([await read.flowMessages.count({}), await read.idempotency.count({})], [0, 0])
})

test('captured answers go after seven days, their attempts stay', async (context) => {
  const { app, clock, run } = await housekept(context)
  const { deliveryAttempts } = app.database.read
  await deliveryAttempts.insert({
    deliveryId: 'd',
    number: 1,
    at: app.now(),
    status: 500,
    durationMs: 1,
    response: 'body',
    error: null,
  })
  clock.advance(6 * daySeconds)
  await run()
  assert.equal((await deliveryAttempts.get({ deliveryId: 'd', number: 1 }))?.response, 'body')
  clock.advance(daySeconds)
  await run()
  const kept = await deliveryAttempts.get({ deliveryId: 'd', number: 1 })
  assert.deepEqual([kept?.response, kept?.status], [null, 500])
})

test('more rows than one statement removes are removed all the same', async (context) => {
  const { app, run } = await housekept(context)
  const { rememberedTerminations } = app.database.read
  await app.database.transaction(async (tx) => {
    for (let index = 0; index < 1201; index++)
      await tx.rememberedTerminations.insert({
        controlPlaneId: 'edc',
        processId: `p${index}`,
        until: app.now(),
      })
  })
  await run()
  assert.equal(await rememberedTerminations.count({}), 0)
})

test('a bucket without a workspace goes when it was seen so an hour ago, others stay', async (context) => {
  const { app, buckets, run } = await housekept(context)
  await startDataFlow(app, openControlPlane, openingMessage())
  const [workspace] = await app.database.read.workspaces.list({})
  assert(workspace)
  buckets.push(workspace.bucket, 'dsc-orphan')
  await run()
  assert.deepEqual(buckets, [workspace.bucket, 'dsc-orphan'])
  await run()
  assert.deepEqual(buckets, [workspace.bucket])
})

test('an attempt that no row names is removed from the backend, a living one stays', async (context) => {
  const { app, attempts, run } = await housekept(context)
  await app.database.read.attempts.insert({
    jobId: 'job-1',
    number: 1,
    workspaceId: 'ws-1',
    state: 'RUNNING',
    startedAt: null,
    endedAt: null,
    exitCode: null,
    failure: null,
    usage: noUsage,
    imageDigest: null,
    credentialsUntil: null,
    outputs: [],
    log: null,
    removed: false,
  })
  attempts.push({ jobId: 'job-1', attempt: 1 }, { jobId: 'job-2', attempt: 1 })
  await run()
  assert.deepEqual(attempts, [{ jobId: 'job-1', attempt: 1 }])
  await app.database.read.attempts.update({ jobId: 'job-1', number: 1 }, { removed: true })
  await run()
  assert.deepEqual(attempts, [])
})
