import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openSqliteDatabase } from '../../src/adapters/database/database.ts'
import { GroupedCommits } from '../../src/adapters/database/grouped-commits.ts'

async function openDatabase(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'grouped-'))
  const database = await openSqliteDatabase(join(folder, 'db.sqlite'))
  t.after(async () => {
    await database[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  return database
}

const nothing = () => undefined

test('of changes that wait together one that throws undoes itself and no other', async (t) => {
  const database = await openDatabase(t)
  const told: string[] = []
  const set = (name: string, fails: boolean) =>
    database.transaction(async (tx) => {
      tx.afterCommit(() => told.push(name))
      await tx.settings.insert({ name, value: 'set' })
      if (fails) throw new Error(name)
      return name
    })
  const outcomes = await Promise.allSettled([set('a', false), set('b', true), set('c', false)])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  const kept = await database.read.settings.list({ orderBy: 'name' })
  assert.deepEqual(
    kept.map(({ name }) => name),
    ['a', 'c'],
  )
  assert.deepEqual(told, ['a', 'c'])
})

test('changes that wait at the same time share one commit, and are told after it', async () => {
  const happened: string[] = []
  const commits = new GroupedCommits<null>({
    transaction: async (group) => {
      await group(null)
      happened.push('commit')
    },
    undoable: async (_tx, change) => {
      await change()
      return null
    },
  })
  const change = (name: string) =>
    commits
      .commit(() => Promise.resolve(happened.push(`run ${name}`)), nothing)
      .then(() => happened.push(`told ${name}`))
  await Promise.all([change('a'), change('b')])
  assert.deepEqual(happened, ['run a', 'run b', 'commit', 'told a', 'told b'])
  await change('c')
  assert.deepEqual(happened.slice(5), ['run c', 'commit', 'told c'])
})

test('when a commit fails, none of its changes is told to have happened', async () => {
  const commits = new GroupedCommits<null>({
    transaction: async (group) => {
      await group(null)
      throw new Error('the disk is full')
    },
    undoable: async (_tx, change) => {
      await change()
      return null
    },
  })
  let committed = 0
  const change = () =>
    commits.commit(
      () => Promise.resolve(),
      () => (committed += 1),
    )
  const outcomes = await Promise.allSettled([change(), change()])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.equal(committed, 0)
})
