import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely'
import type { OpenSchema } from './table.ts'

/** Another process has this database open. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}

export interface SqliteConnection {
  readonly kysely: Kysely<OpenSchema>
  close(): Promise<void>
}

/**
 * Opens the file for this process alone. An exclusive transaction on `<path>.lock`, which the operating system ends
 * with the process, keeps a second one out: throws `DatabaseInUse`. Commits are durable (`synchronous=FULL`).
 */
export function openSqlite(path: string): SqliteConnection {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = takeLock(path)
  const database = new DatabaseSync(path)
  chmodSync(path, 0o600)
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA cache_size = -16000')
  const kysely = new Kysely<OpenSchema>({
    dialect: new SqliteDialect({ database: kyselyDatabase(database) }),
  })
  return {
    kysely,
    close: async () => {
      await kysely.destroy()
      lock.close()
    },
  }
}

function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`)
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw new DatabaseInUse(
      `${path} is in use by another process. SQLite serves one process: stop the other one, or give this one its own DSC_DATA_DIR.`,
      { cause: error },
    )
  }
}

/** What kysely's dialect wants of a driver; statements are prepared once for each text. */
function kyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, StatementSync>()
  const prepare = (text: string) => {
    const known = prepared.get(text)
    if (known !== undefined) return known
    const statement = database.prepare(text)
    if (prepared.size >= 500) prepared.clear()
    prepared.set(text, statement)
    return statement
  }
  return {
    close: () => database.close(),
    prepare: (text) => {
      const statement = prepare(text)
      const bound = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...bound(parameters)),
        run: (parameters) => statement.run(...bound(parameters)),
        iterate: (parameters) => statement.iterate(...bound(parameters)),
      }
    },
  }
}
