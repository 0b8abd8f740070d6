import assert from 'node:assert/strict'
import { test } from 'node:test'
import { againAt, notBefore } from '../../src/application/reconciler.ts'
import { workspaceReconciler } from '../../src/application/workspaces/reconcile-workspace.ts'
import { FailureError } from '../../src/domain/failure.ts'
import { until } from '../support/until.ts'
import { controllerUnderTest, reconcilerOf } from './controller-under-test.ts'

const fail = () => Promise.reject(new Error('secret of the database'))

test('a poison row is parked with a reason after its passes, and the others go on', async (t) => {
  const parked: string[] = []
  const { reconciler, begun } = reconcilerOf(
    (pass) => (pass.id === 'poison' ? fail() : nothing()),
    {
      parkAfter: 3,
      onParked: async (id, reason, tx) => {
        await tx.settings.insert({ name: `parked-${id}`, value: reason })
        parked.push(id)
      },
    },
  )
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('poison')
  for (let pass = 1; pass <= 3; pass++) {
    await until(`pass ${pass}`, () => count(begun, 'poison') === pass)
    await under.controller.idle()
    await under.schedule(`good-${pass}`)
    await until('the good one', () => begun.includes(`good-${pass}`))
    under.advance(60_000)
  }
  await under.controller.idle()
  under.advance(86_400_000)
  await under.controller.idle()
  assert.equal(count(begun, 'poison'), 3)
  assert.deepEqual(parked, ['poison'])
  const [row] = await under.database.read.work.parked(10)
  assert.deepEqual([row?.id, row?.reason], ['poison', 'internal'])
  assert.equal(
    (await under.database.read.settings.get({ name: 'parked-poison' }))?.value,
    'internal',
  )
  await under.database.transaction((tx) => tx.work.unpark('job', 'poison', under.clock.now))
  under.controller.wake()
  await until('one more pass', () => count(begun, 'poison') === 4)
})

const nothing = () => Promise.resolve(undefined)
const count = (begun: readonly string[], id: string) => begun.filter((one) => one === id).length

test('the reason of a parked row is what the failure says in public', async (t) => {
  const { reconciler } = reconcilerOf(
    () => Promise.reject(new FailureError('input-changed', 'The input was replaced.')),
    { parkAfter: 1 },
  )
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  const row = await until('parked', async () => (await under.database.read.work.parked(1))[0])
  assert.equal(row.reason, 'input-changed: The input was replaced.')
})

for (const code of ['store-unavailable', 'cluster-unavailable'] as const) {
  test(`an outage of hours (${code}) parks nothing, and what fails after it is counted anew`, async (t) => {
    let error: Error = new FailureError(code, 'It is away.')
    const { reconciler, begun } = reconcilerOf(() => Promise.reject(error), { parkAfter: 4 })
    const under = await controllerUnderTest(t, [reconciler])
    const passes = async (last: number) => {
      while (begun.length < last) {
        under.advance(60_000)
        const next = begun.length + 1
        await until(`pass ${next}`, () => begun.length >= next)
        await under.controller.idle()
      }
    }
    const parked = async () => (await under.database.read.work.parked(10)).length
    await under.schedule('a')
    await passes(40)
    assert.equal(await parked(), 0)
    error = new Error('its own fault')
    await passes(40 + 3)
    assert.equal(await parked(), 0)
    await passes(40 + 4)
    assert.equal(await parked(), 1)
  })
}

test('a pass that tried nothing leaves the failures before it as they were; one that worked clears them', async (t) => {
  const clock = { now: () => new Date(0) }
  const plan = ['fail', 'wait', 'fail', 'wait', 'fail', 'work', 'fail']
  const failures: number[] = []
  const { reconciler, begun } = reconcilerOf((pass) => {
    failures.push(pass.failures)
    const step = plan[begun.length - 1]
    if (step === 'fail') return fail()
    return Promise.resolve(step === 'wait' ? notBefore(clock.now()) : againAt(clock.now()))
  })
  const under = await controllerUnderTest(t, [reconciler])
  clock.now = () => under.clock.now
  await under.schedule('a')
  for (let pass = 1; pass <= plan.length; pass++) {
    await until(`pass ${pass}`, () => {
      under.advance(60_000)
      return begun.length >= pass
    })
  }
  assert.deepEqual(failures.slice(0, plan.length), [0, 1, 1, 2, 2, 3, 0])
})

test('an outage that does not end parks a row after a hundred times as many passes', async (t) => {
  const { reconciler, begun } = reconcilerOf(
    () => Promise.reject(new FailureError('store-unavailable', 'It is away.')),
    { parkAfter: 1 },
  )
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  const row = await until('parked', async () => {
    under.advance(60_000)
    return (await under.database.read.work.parked(1))[0]
  })
  assert.deepEqual([row.reason, begun.length], ['store-unavailable: It is away.', 100])
})

test('waits longer after each failure, at most maxBackoffMs, and begins anew after a success', async (t) => {
  let failing = true
  const { reconciler, begun } = reconcilerOf(() => (failing ? fail() : nothing()), {
    maxBackoffMs: 5000,
  })
  const under = await controllerUnderTest(t, [reconciler])
  const waits: number[] = []
  const waited = async (passes: number) => {
    await until('the pass', () => begun.length === passes)
    await under.controller.idle()
    const due = await under.database.read.work.nextDue()
    return (due?.getTime() ?? 0) - under.clock.now.getTime()
  }
  await under.schedule('a')
  for (let passes = 1; passes <= 6; passes++) {
    const wait = await waited(passes)
    waits.push(wait)
    if (passes < 6) under.advance(wait)
  }
  assert.deepEqual(waits, [750, 1500, 3000, 3750, 3750, 3750])
  failing = false
  under.advance(3750)
  await until('success', () => begun.length === 7)
  await under.controller.idle()
  failing = true
  await under.schedule('a')
  assert.equal(await waited(8), 750)
})

test('the closing of a workspace is never parked, however often it fails', async (t) => {
  const closing = workspaceReconciler({} as never)
  assert.equal(closing.parkAfter, null)
  assert.ok(closing.maxBackoffMs <= 900_000)
  const { reconciler, begun } = reconcilerOf(fail, {
    kind: 'workspace',
    parkAfter: closing.parkAfter,
    maxBackoffMs: closing.maxBackoffMs,
  })
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('ws-1', 'workspace')
  for (let pass = 1; pass <= 60; pass++) {
    await until(`pass ${pass}`, () => begun.length === pass)
    await under.controller.idle()
    under.advance(900_000)
  }
  assert.deepEqual(await under.database.read.work.parked(1), [])
})

test('one kind with all slots taken does not hold up another', async (t) => {
  const gate = Promise.withResolvers<undefined>()
  let running = 0
  let most = 0
  const slow = reconcilerOf(
    async () => {
      most = Math.max(most, (running += 1))
      await gate.promise
      running -= 1
      return undefined
    },
    { kind: 'transfer', slots: 2 },
  )
  const quick = reconcilerOf(nothing)
  const under = await controllerUnderTest(t, [slow.reconciler, quick.reconciler])
  for (let index = 0; index < 5; index++) await under.schedule(`tr-${index}`, 'transfer')
  await until('two at work', () => slow.begun.length === 2)
  for (let index = 0; index < 20; index++) await under.schedule(`job-${index}`)
  await until('all jobs', () => quick.begun.length === 20)
  assert.equal(slow.begun.length, 2)
  gate.resolve(undefined)
  await until('the others', () => slow.begun.length === 5)
  assert.equal(most, 2)
})

test('a row is never in two passes at once, whoever schedules it meanwhile', async (t) => {
  let inside = 0
  let most = 0
  const { reconciler, begun } = reconcilerOf(async () => {
    most = Math.max(most, (inside += 1))
    await new Promise((resolve) => setImmediate(resolve))
    inside -= 1
    return undefined
  })
  const under = await controllerUnderTest(t, [reconciler])
  for (let round = 0; round < 20; round++) await under.schedule('a')
  await until('passes', () => begun.length >= 2)
  await under.controller.idle()
  assert.equal(most, 1)
})

test('what is scheduled during a pass runs right after it', async (t) => {
  const { reconciler, begun } = reconcilerOf(async (pass) => {
    if (begun.length === 1) {
      await pass.record((tx) => tx.work.schedule('job', 'a', new Date(0)))
    }
    return undefined
  })
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  await until('the second', () => begun.length === 2)
  await under.controller.idle()
  assert.equal(begun.length, 2)
})

test('comes back at the time that a pass asks for, not before', async (t) => {
  const { reconciler, begun } = reconcilerOf(() =>
    Promise.resolve(
      begun.length > 1 ? undefined : againAt(new Date(under.clock.now.getTime() + 5000)),
    ),
  )
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  await until('the first', () => begun.length === 1)
  await under.controller.idle()
  under.advance(4999)
  await under.controller.idle()
  assert.equal(begun.length, 1)
  under.advance(1)
  await until('the second', () => begun.length === 2)
})

test('what is due for another process does not keep the loop busy', async (t) => {
  const { reconciler } = reconcilerOf(nothing)
  const under = await controllerUnderTest(t, [reconciler], { pollMs: 100 })
  await under.schedule('tr-1', 'transfer')
  under.advance(60_000)
  await under.controller.idle()
  let rounds = 0
  const { work } = under.database.read
  const nextDue = work.nextDue.bind(work)
  work.nextDue = () => {
    rounds += 1
    return nextDue()
  }
  const end = performance.now() + 500
  await until('half a second', () => performance.now() > end)
  assert.ok(rounds <= 10, `${rounds} rounds in half a second`)
})
