import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { LeaseLost } from '../../src/application/ports/work-queue.ts'
import type { Pass } from '../../src/application/reconciler.ts'
import { until } from '../support/until.ts'
import { controllerUnderTest, reconcilerOf } from './controller-under-test.ts'

const write = (pass: Pass, value: string) =>
  pass.record((tx) => tx.settings.insert({ name: value, value }))

test('stop waits for running passes, takes nothing new, and leaves what was cut off due', async (t) => {
  let ended = false
  const { reconciler, begun } = reconcilerOf(
    async (pass) => {
      await once(pass.signal, 'abort')
      await new Promise((resolve) => setTimeout(resolve, 50))
      ended = true
      pass.signal.throwIfAborted()
      return undefined
    },
    { slots: 1 },
  )
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  await until('the pass', () => begun.length === 1)
  await under.schedule('b')
  await under.controller.stop(5000)
  assert.ok(ended)
  assert.deepEqual(begun, ['a'])
  const due = await under.database.read.work.claim('job', 'next', 9, 1000, under.clock.now)
  assert.deepEqual(
    due.map(({ id, failures }) => [id, failures]),
    [
      ['b', 0],
      ['a', 0],
    ].sort(),
  )
})

test('stop does not wait longer than its grace for a pass that does not listen', async (t) => {
  const gate = Promise.withResolvers<undefined>()
  const { reconciler, begun } = reconcilerOf(() => gate.promise)
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  await until('the pass', () => begun.length === 1)
  const before = performance.now()
  await under.controller.stop(100)
  assert.ok(performance.now() - before < 1000)
  gate.resolve(undefined)
})

test('a pass that lost its lease to another holder writes nothing', async (t) => {
  const gate = Promise.withResolvers<undefined>()
  const outcome = Promise.withResolvers<unknown>()
  const { reconciler, begun } = reconcilerOf(async (pass) => {
    await gate.promise
    await write(pass, 'late').then(outcome.resolve, outcome.resolve)
    return undefined
  })
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  await until('the pass', () => begun.length === 1)
  const other = await until('the row in other hands', async () => {
    const far = new Date(under.clock.now.getTime() + 3_600_000)
    return (await under.database.read.work.claim('job', 'other', 1, 1000, far))[0]
  })
  gate.resolve(undefined)
  assert.ok((await outcome.promise) instanceof LeaseLost)
  assert.equal(await under.database.read.settings.count({}), 0)
  await under.database.read.work.verify(other)
})

test('a long pass keeps its lease by renewing it', async (t) => {
  const gate = Promise.withResolvers<undefined>()
  const { reconciler, begun } = reconcilerOf(async (pass) => {
    await gate.promise
    await write(pass, 'kept')
    return undefined
  })
  const timing = { leaseMs: 150, marginMs: 50 }
  const under = await controllerUnderTest(t, [reconciler], { timing, now: () => new Date() })
  await under.schedule('a')
  await until('the pass', () => begun.length === 1)
  const end = performance.now() + 600
  await until('several leases later', () => performance.now() > end)
  gate.resolve(undefined)
  await until('written', () => under.database.read.settings.count({}).then((n) => n === 1))
  assert.equal(begun.length, 1)
})

test('the signal of a pass ends when its lease cannot be renewed', async (t) => {
  const aborted = Promise.withResolvers<unknown>()
  const { reconciler, begun } = reconcilerOf(async (pass) => {
    await once(pass.signal, 'abort')
    aborted.resolve(pass.signal.reason)
    pass.signal.throwIfAborted()
    return undefined
  })
  const timing = { leaseMs: 150, marginMs: 50 }
  const under = await controllerUnderTest(t, [reconciler], { timing })
  await under.schedule('a')
  await until('the pass', () => begun.length >= 1)
  const far = new Date(under.clock.now.getTime() + 3_600_000)
  await under.database.read.work.claim('job', 'other', 1, 1e9, far)
  assert.ok((await aborted.promise) instanceof LeaseLost)
})

test('a clock that jumps a day ahead gives no row two passes that both write', async (t) => {
  const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const results: string[] = []
  const { reconciler, begun } = reconcilerOf(async (pass) => {
    const mine = begun.length
    await gates[mine - 1]?.promise
    const result = await write(pass, `pass ${mine}`).then(
      () => 'written',
      (error: unknown) => (error instanceof LeaseLost ? 'lost' : String(error)),
    )
    results.push(`${mine} ${result}`)
    return undefined
  })
  const under = await controllerUnderTest(t, [reconciler])
  await under.schedule('a')
  await until('the first pass', () => begun.length === 1)
  under.advance(86_400_000)
  await until('the second pass', () => begun.length === 2)
  gates[0]?.resolve(undefined)
  await until('the first', () => results.length === 1)
  gates[1]?.resolve(undefined)
  await until('the second', () => results.length === 2)
  assert.deepEqual(results, ['1 lost', '2 written'])
})

test('a clock that is set back delays what is due until it comes round, and loses nothing', async (t) => {
  const { reconciler, begun } = reconcilerOf(() => Promise.resolve(undefined))
  const seen = (id: string) => begun.includes(id)
  const under = await controllerUnderTest(t, [reconciler])
  await under.controller.idle()
  const before = under.clock.now
  under.clock.now = new Date(before.getTime() - 3_600_000)
  await under.database.transaction((tx) => tx.work.schedule('job', 'a', before))
  await under.controller.idle()
  assert.deepEqual(begun, [])
  await under.schedule('b')
  await until('what is due by the new clock', () => seen('b'))
  under.advance(3_600_000)
  await until('what was due by the old one', () => seen('a'))
})
