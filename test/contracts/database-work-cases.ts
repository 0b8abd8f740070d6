import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Database } from '../../src/application/ports/database.ts'
import { LeaseLost, type Lease } from '../../src/application/ports/work-queue.ts'
import type { OpenDatabase } from './database-suite.ts'

const at = (ms: number) => new Date(1_000_000 + ms)
const leaseMs = 100

/** What is due is claimed by one holder at a time, fenced by version. */
export function databaseWorkCases(name: string, open: OpenDatabase): void {
  const claim = ({ read }: Database, now: number, limit = 10, kind: 'job' | 'flow' = 'job') =>
    read.work.claim(kind, 'me', limit, leaseMs, at(now))
  const ids = (leases: readonly Lease[]) => leases.map(({ id }) => id).sort()
  const one = async (database: Database, now: number): Promise<Lease> => {
    const [lease, ...more] = await claim(database, now)
    assert.ok(lease)
    assert.equal(more.length, 0)
    return lease
  }

  describe(`${name}: work queue`, () => {
    it('gives due rows of one kind, the earliest first, at most as many as asked for', async (t) => {
      const database = await open(t)
      const { work } = database.read
      for (const [id, due] of [
        ['job-3', 3],
        ['job-1', 1],
        ['job-2', 2],
        ['job-9', 9],
      ] as const)
        await work.schedule('job', id, at(due))
      await work.schedule('flow', 'df-1', at(0))
      assert.deepEqual(ids(await claim(database, 5, 2)), ['job-1', 'job-2'])
      assert.deepEqual(ids(await claim(database, 5)), ['job-3'])
      assert.deepEqual(ids(await claim(database, 5)), [])
      assert.deepEqual(ids(await claim(database, 9)), ['job-9'])
    })

    it('brings a due time forward, never back', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(5))
      await work.schedule('job', 'job-1', at(50))
      assert.equal((await work.nextDue())?.getTime(), at(5).getTime())
      await work.schedule('job', 'job-1', at(1))
      assert.equal((await work.nextDue())?.getTime(), at(1).getTime())
    })

    it('gives a row whose lease has run out to the next holder, and refuses the last one', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(0))
      const lost = await one(database, 0)
      assert.deepEqual(await claim(database, leaseMs - 1), [])
      const held = await one(database, leaseMs)
      assert.ok(held.version > lost.version)
      await assert.rejects(work.verify(lost), LeaseLost)
      await assert.rejects(work.renew(lost, leaseMs, at(leaseMs)), LeaseLost)
      await assert.rejects(work.park(lost, 'no', at(leaseMs)), LeaseLost)
      await assert.rejects(work.release(lost, { dueAt: null, failures: 0 }, at(leaseMs)), LeaseLost)
      const writing = database.transaction(async (tx) => {
        await tx.work.verify(lost)
        await tx.settings.insert({ name: 'written', value: 'by the lost one' })
      })
      await assert.rejects(writing, LeaseLost)
      assert.equal(await database.read.settings.count({}), 0)
      await work.verify(held)
    })

    it('renews a lease for as long as it is held', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(0))
      const renewed = await work.renew(await one(database, 0), leaseMs, at(90))
      assert.equal(renewed.until.getTime(), at(190).getTime())
      assert.deepEqual(await claim(database, 189), [])
      assert.equal((await claim(database, 190)).length, 1)
    })

    it('refuses a lease that was given back, so that a late renewal does not hold the row', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(0))
      const lease = await one(database, 0)
      await work.release(lease, { dueAt: at(10), failures: 0 }, at(1))
      await assert.rejects(work.renew(lease, leaseMs, at(2)), LeaseLost)
      await assert.rejects(work.verify(lease), LeaseLost)
      assert.equal((await claim(database, 10)).length, 1)
    })

    it('keeps what was scheduled during a pass for after it', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(0))
      const lease = await one(database, 0)
      await work.schedule('job', 'job-1', at(5))
      assert.deepEqual(await claim(database, 6), [])
      await work.release(lease, { dueAt: null, failures: 0 }, at(7))
      assert.equal((await claim(database, 7)).length, 1)
    })

    it('takes the earlier of what was scheduled and what the pass wants', async (t) => {
      const database = await open(t)
      const { work } = database.read
      for (const [scheduled, wanted, due] of [
        [20, 40, 20],
        [40, 20, 20],
      ] as const) {
        await work.schedule('job', 'job-1', at(0))
        const lease = await one(database, 0)
        await work.schedule('job', 'job-1', at(scheduled))
        await work.release(lease, { dueAt: at(wanted), failures: 0 }, at(1))
        assert.equal((await work.nextDue())?.getTime(), at(due).getTime())
        await work.remove('job', 'job-1')
      }
    })

    it('is not due when nothing was scheduled and the pass wants nothing', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(0))
      await work.release(await one(database, 0), { dueAt: null, failures: 0 }, at(1))
      assert.equal(await work.nextDue(), null)
      assert.deepEqual(await claim(database, 1e9), [])
    })

    it('carries the count of failures to the next holder', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(0))
      await work.release(await one(database, 0), { dueAt: at(1), failures: 3 }, at(1))
      assert.equal((await one(database, 1)).failures, 3)
    })

    it('leaves a parked row alone, whoever schedules it, until it is let run again', async (t) => {
      const database = await open(t)
      const { work } = database.read
      await work.schedule('job', 'job-1', at(0))
      const lease = await one(database, 0)
      await work.park({ ...lease, failures: 7 }, 'internal', at(1))
      await work.schedule('job', 'job-1', at(2))
      assert.deepEqual(await claim(database, 1000), [])
      assert.equal(await work.nextDue(), null)
      const [parked] = await work.parked(10)
      assert.deepEqual([parked?.id, parked?.reason], ['job-1', 'internal'])
      assert.equal(await work.unpark('job', 'job-2', at(3)), false)
      assert.equal(await work.unpark('job', 'job-1', at(3)), true)
      assert.equal(await work.unpark('job', 'job-1', at(3)), false)
      assert.equal((await one(database, 3)).failures, 0)
    })

    it('knows when the next row can be taken: due, or its lease has run out', async (t) => {
      const database = await open(t)
      const { work } = database.read
      assert.equal(await work.nextDue(), null)
      await work.schedule('job', 'job-1', at(0))
      await one(database, 0)
      assert.equal((await work.nextDue())?.getTime(), at(leaseMs).getTime())
      await work.schedule('flow', 'df-1', at(50))
      assert.equal((await work.nextDue())?.getTime(), at(50).getTime())
    })

    it('never gives one row to two at once', async (t) => {
      const database = await open(t)
      const { work } = database.read
      for (let index = 0; index < 40; index++) await work.schedule('job', `job-${index}`, at(0))
      const taken = await Promise.all(Array.from({ length: 10 }, () => claim(database, 0, 7)))
      const all = ids(taken.flat())
      assert.equal(all.length, 40)
      assert.equal(new Set(all).size, 40)
    })
  })
}
