import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { UniqueViolation } from '../../src/application/ports/database.ts'
import type { DeliveryAttempt } from '../../src/domain/delivery.ts'
import type { OpenDatabase } from './database-suite.ts'

const attempt = (number: number, changes: Partial<DeliveryAttempt> = {}): DeliveryAttempt => ({
  deliveryId: 'dlv-1',
  number,
  at: new Date(1000 * number),
  status: 200,
  durationMs: number,
  response: null,
  error: null,
  ...changes,
})

export function databaseTableCases(name: string, open: OpenDatabase): void {
  describe(`${name}: tables`, () => {
    it('gives back what was put in: text, numbers, times to the millisecond, null', async (t) => {
      const { read } = await open(t)
      const row = attempt(1, { at: new Date('2026-11-24T09:00:00.123Z'), error: 'Ünïcode "\'\0x' })
      await read.deliveryAttempts.insert(row)
      assert.deepEqual(await read.deliveryAttempts.get({ deliveryId: 'dlv-1', number: 1 }), row)
    })

    it('answers undefined for a row that is not there', async (t) => {
      const { read } = await open(t)
      assert.equal(await read.settings.get({ name: 'none' }), undefined)
      assert.equal(await read.settings.first({ value: 'none' }), undefined)
    })

    it('refuses a second row of the same key, and insertIfAbsent leaves the first', async (t) => {
      const { read } = await open(t)
      await read.settings.insert({ name: 'a', value: '1' })
      await assert.rejects(read.settings.insert({ name: 'a', value: '2' }), UniqueViolation)
      assert.equal(await read.settings.insertIfAbsent({ name: 'a', value: '2' }), false)
      assert.equal(await read.settings.insertIfAbsent({ name: 'b', value: '2' }), true)
      assert.equal((await read.settings.get({ name: 'a' }))?.value, '1')
    })

    it('tells whether update and delete found their row', async (t) => {
      const { read } = await open(t)
      await read.settings.insert({ name: 'a', value: '1' })
      assert.equal(await read.settings.update({ name: 'a' }, { value: '2' }), true)
      assert.equal(await read.settings.update({ name: 'b' }, { value: '2' }), false)
      assert.equal(await read.settings.delete({ name: 'a' }), true)
      assert.equal(await read.settings.delete({ name: 'a' }), false)
    })

    it('selects by every operator', async (t) => {
      const { read } = await open(t)
      for (const number of [1, 2, 3, 4]) {
        await read.deliveryAttempts.insert(
          attempt(number, { status: number === 4 ? null : 200 + number }),
        )
      }
      const numbers = async (where: Parameters<typeof read.deliveryAttempts.first>[0]) =>
        (await read.deliveryAttempts.list({ where, orderBy: 'number' })).map(({ number }) => number)
      assert.deepEqual(await numbers({ number: { in: [1, 3, 9] } }), [1, 3])
      assert.deepEqual(await numbers({ number: { in: [] } }), [])
      assert.deepEqual(await numbers({ number: { notIn: [1, 3] } }), [2, 4])
      assert.deepEqual(await numbers({ number: { gt: 1, lte: 3 } }), [2, 3])
      assert.deepEqual(await numbers({ at: { gte: new Date(2000), lt: new Date(4000) } }), [2, 3])
      assert.deepEqual(await numbers({ status: null }), [4])
      assert.deepEqual(await numbers({ status: { not: null } }), [1, 2, 3])
      assert.deepEqual(await numbers({ status: 202, deliveryId: 'dlv-1' }), [2])
      assert.deepEqual(await numbers({ status: 202, deliveryId: 'dlv-2' }), [])
    })

    it('orders, limits and counts', async (t) => {
      const { read } = await open(t)
      for (const number of [2, 1, 3]) await read.deliveryAttempts.insert(attempt(number))
      const newest = await read.deliveryAttempts.list({
        orderBy: 'number',
        descending: true,
        limit: 2,
      })
      assert.deepEqual(
        newest.map(({ number }) => number),
        [3, 2],
      )
      assert.equal(await read.deliveryAttempts.count({ number: { gt: 1 } }), 2)
    })

    it('changes and deletes as many rows as match, and tells how many', async (t) => {
      const { read } = await open(t)
      for (const number of [1, 2, 3]) await read.deliveryAttempts.insert(attempt(number))
      const changed = await read.deliveryAttempts.updateWhere(
        { number: { gt: 1 } },
        { error: 'gone' },
      )
      assert.equal(changed, 2)
      assert.equal(await read.deliveryAttempts.deleteWhere({ error: 'gone' }), 2)
      assert.equal(await read.deliveryAttempts.count({}), 1)
    })

    it('takes a value that looks like SQL as a value', async (t) => {
      const { read } = await open(t)
      const value = `x'); DROP TABLE settings; --`
      await read.settings.insert({ name: value, value })
      assert.deepEqual(await read.settings.first({ value }), { name: value, value })
    })
  })
}
