import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { OpenDatabase } from './database-suite.ts'

const setting = (name: string) => ({ name, value: '1' })

export function databaseTransactionCases(name: string, open: OpenDatabase): void {
  describe(`${name}: transactions`, () => {
    it('commits all or nothing, and throws what the change threw', async (t) => {
      const database = await open(t)
      const fault = new Error('no')
      const failing = database.transaction(async (tx) => {
        await tx.settings.insert(setting('a'))
        await tx.work.schedule('job', 'job-1', new Date(0))
        throw fault
      })
      await assert.rejects(failing, fault)
      assert.equal(await database.read.settings.count({}), 0)
      assert.deepEqual(await database.read.work.claim('job', 'me', 9, 1000, new Date(1)), [])
    })

    it('runs afterCommit once it is durable, and never after a roll-back', async (t) => {
      let woken = 0
      const database = await open(t, () => (woken += 1))
      const seen: string[] = []
      await database.transaction(async (tx) => {
        tx.afterCommit(() => seen.push('committed'))
        await tx.work.schedule('job', 'job-1', new Date(0))
        await tx.work.schedule('job', 'job-2', new Date(0))
        assert.deepEqual([seen, woken], [[], 0])
      })
      assert.deepEqual([seen, woken], [['committed'], 1])
      const failing = database.transaction(async (tx) => {
        tx.afterCommit(() => seen.push('rolled back'))
        await tx.work.schedule('job', 'job-3', new Date(0))
        throw new Error('no')
      })
      await assert.rejects(failing)
      assert.deepEqual([seen, woken], [['committed'], 1])
    })

    it('goes on after a roll-back', async (t) => {
      const database = await open(t)
      await assert.rejects(database.transaction(() => Promise.reject(new Error('no'))))
      await database.transaction((tx) => tx.settings.insert(setting('a')))
      assert.equal(await database.read.settings.count({}), 1)
    })

    it('lets none of many increments by comparison get lost', async (t) => {
      const database = await open(t)
      await database.read.settings.insert({ name: 'counter', value: '0' })
      const increment = () =>
        database.transaction(async (tx) => {
          for (;;) {
            const { value = '0' } = (await tx.settings.get({ name: 'counter' })) ?? {}
            const patch = { value: String(Number(value) + 1) }
            if ((await tx.settings.updateWhere({ name: 'counter', value }, patch)) > 0) return
          }
        })
      await Promise.all(Array.from({ length: 50 }, increment))
      assert.equal((await database.read.settings.get({ name: 'counter' }))?.value, '50')
    })

    it('answers a ping', async (t) => {
      await (await open(t)).ping(1000)
    })
  })
}
