import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test, type TestContext } from 'node:test'
import { submitJob } from '../../src/application/jobs/submit-job.ts'
import { jobReconciler } from '../../src/application/jobs/reconcile-job.ts'
import { endWorkspace } from '../../src/application/workspaces/settle-workspace.ts'
import type { Attempt, JobState } from '../../src/domain/job.ts'
import { Crash, MortalProcess } from '../support/crashing.ts'
import { crashWorld, type StoreFixture } from '../support/crashing-world.ts'
import { startStore } from '../support/store-fixture.ts'

if (existsSync('/dev/shm')) process.env['TMPDIR'] = '/dev/shm'

const never = new AbortController().signal
let fixture: StoreFixture
before(async () => {
  fixture = await startStore()
})
after(() => fixture.stop())

/** A workspace with a submitted job whose input is there. */
async function submitted(t: TestContext) {
  const world = await crashWorld(t, fixture, { open: () => Promise.reject(new Error('none')) })
  const { app, clock } = world
  const { read } = app.database
  const { id } = await world.open()
  const workspace = async () => {
    const found = await read.workspaces.get({ id })
    assert.ok(found)
    return found
  }
  const run = (until: () => Promise<boolean>, process = new MortalProcess(app, null)) =>
    world.run(process, until)
  await run(async () => (await workspace()).state === 'READY')
  const { bucket } = await workspace()
  await app.store.put(bucket, 'inputs/in.txt', Buffer.from('data'), {})
  const request = { serviceId: 'sum', start: 'when-inputs-ready' } as const
  const job = await submitJob(app, await workspace(), request, undefined, never)
  const state = async () => (await read.jobs.get({ id: job.id }))?.state
  const is = (wanted: JobState) => async () => (await state()) === wanted
  const attempt = async (): Promise<Attempt | undefined> =>
    read.attempts.get({ jobId: job.id, number: 1 })
  return { ...world, clock, job, workspace, run, is, attempt }
}

/** Ends the process right after the attempt was made, which goes on at once. */
function dieAfterEnsure({ backend, attempts }: Awaited<ReturnType<typeof submitted>>['compute']) {
  const ensure = backend.ensure.bind(backend)
  backend.ensure = async (spec, signal) => {
    await ensure(spec, signal)
    backend.ensure = ensure
    for (const one of attempts.values()) one.looks = 2
    throw new Crash('the process is dead')
  }
}

test('an agent gets fresh credentials also when the process died right after starting it', async (t) => {
  const { compute, run, is, attempt, clock } = await submitted(t)
  compute.hold.at = 'running'
  dieAfterEnsure(compute)
  await run(is('RUNNING'))
  const end = clock.now.getTime() + 600_000
  await run(() => Promise.resolve(clock.now.getTime() > end))
  assert.ok((await attempt())?.credentialsUntil)
})

for (const [phase, code] of [
  ['staging', 'staging-failed'],
  ['collecting', 'collecting-failed'],
] as const) {
  test(`an attempt that stays ${phase} beyond its time is stopped, and the next one delivers`, async (t) => {
    const { app, job, clock, compute, run, is, attempt } = await submitted(t)
    compute.hold.at = phase
    await run(is(phase === 'staging' ? 'STAGING' : 'COLLECTING'))
    clock.now = new Date(clock.now.getTime() + 3_700_000)
    await run(is('SUCCEEDED'))
    const first = await attempt()
    assert.deepEqual([first?.state, first?.failure?.code], ['FAILED', code])
    const ended = await app.database.read.jobs.get({ id: job.id })
    assert.deepEqual([ended?.attempt, ended?.failure, ended?.stopFailure], [2, null, null])
  })
}

test('a job near the end of its workspace renews its credentials now and then, not all the time', async (t) => {
  const { app, compute, run, is, clock, workspace } = await submitted(t)
  compute.hold.at = 'running'
  const { id } = await workspace()
  const expiresAt = new Date(clock.now.getTime() + 1_200_000)
  await app.database.transaction((tx) => tx.workspaces.update({ id }, { expiresAt }))
  await run(is('RUNNING'))
  const end = clock.now.getTime() + 900_000
  const process = new MortalProcess(app, null)
  await run(() => Promise.resolve(clock.now.getTime() >= end), process)
  const issued = process.effects.filter((effect) => effect === 'credentials.issue').length
  assert.ok(issued >= 1 && issued <= 3, `${issued} sessions in 15 minutes`)
})

test('a job that was parked does not hold up the closing of its workspace', async (t) => {
  const { app, compute, run, is, clock, job, workspace } = await submitted(t)
  compute.hold.at = 'running'
  await run(is('RUNNING'))
  const { work } = app.database.read
  await work.schedule('job', job.id, clock.now)
  const [lease] = await work.claim('job', 'test', 1, 1000, clock.now)
  assert.equal(lease?.id, job.id)
  await app.database.transaction(async (tx) => {
    await tx.work.park(lease, 'internal', clock.now)
    await jobReconciler(app).onParked?.(job.id, 'internal', tx)
  })
  const ending = await workspace()
  await app.database.transaction((tx) => endWorkspace(app, tx, ending, 'operator'))
  await run(async () => (await workspace()).state === 'DELETED')
  assert.equal(compute.attempts.size, 0)
})

test('an attempt that was never made ends with its workspace, and says so', async (t) => {
  const { app, compute, run, attempt, job, workspace } = await submitted(t)
  const { read } = app.database
  await app.database.transaction((tx) => tx.jobs.update({ id: job.id }, { maxAttempts: 1 }))
  const { backend } = compute
  backend.ensure = () => Promise.reject(new Crash('the process is dead'))
  await run(async () => (await attempt()) !== undefined)
  const ending = await workspace()
  await app.database.transaction((tx) => endWorkspace(app, tx, ending, 'operator'))
  await run(async () => (await workspace()).state === 'DELETED')
  const ended = await read.jobs.get({ id: job.id })
  assert.deepEqual([ended?.state, ended?.failure?.code], ['FAILED', 'workspace-ended'])
})
