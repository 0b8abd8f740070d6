import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openSqliteDatabase } from '../../src/adapters/database/database.ts'
import { DatabaseInUse } from '../../src/adapters/database/sqlite.ts'
import { databaseSuite } from './database-suite.ts'

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'dsc-database-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

databaseSuite('SQLite', async (t, onScheduled) => {
  const database = await openSqliteDatabase(join(await folder(t), 'db.sqlite'), onScheduled)
  t.after(() => database[Symbol.asyncDispose]())
  return database
})

test('SQLite: a second opening of the same file is refused, saying what to do', async (t) => {
  const path = join(await folder(t), 'db.sqlite')
  const first = await openSqliteDatabase(path)
  await assert.rejects(openSqliteDatabase(path), (error) => {
    assert.ok(error instanceof DatabaseInUse)
    assert.match(error.message, /in use by another process.*DSC_DATA_DIR/)
    return true
  })
  await first[Symbol.asyncDispose]()
  await using second = await openSqliteDatabase(path)
  await second.ping(1000)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('SQLite: what a dead process held is free at once, and what it wanted to write is refused', async (t) => {
  const path = join(await folder(t), 'db.sqlite')
  const now = new Date(1000)
  const first = await openSqliteDatabase(path)
  await first.read.work.schedule('job', 'job-1', now)
  const [held] = await first.read.work.claim('job', 'dead', 1, 60_000, now)
  assert.ok(held)
  await first[Symbol.asyncDispose]()
  await using second = await openSqliteDatabase(path)
  const [taken] = await second.read.work.claim('job', 'living', 1, 60_000, now)
  assert.equal(taken?.id, 'job-1')
  await assert.rejects(second.read.work.verify(held))
})
