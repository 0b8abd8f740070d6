import { CompiledQuery } from 'kysely'
import type { Database, Records, Transaction } from '../../application/ports/database.ts'
import type { WorkQueue } from '../../application/ports/work-queue.ts'
import { freeAbandoned } from './abandoned.ts'
import { tables, type TableName } from './columns.ts'
import { migrate } from './migrate.ts'
import { openSqlite } from './sqlite.ts'
import { stateCounts } from './state-counts.ts'
import { sweeps } from './sweeps.ts'
import { tableOf, type Executor } from './table.ts'
import { workQueue } from './work-table.ts'

function recordsOf(executor: Executor, kind: Database['kind']): Records {
  const named = Object.entries(tables).map(([field, { name, columns }]) => [
    field,
    tableOf(executor, name, columns as never),
  ])
  const all = Object.fromEntries(named) as { [Name in TableName]: Records[Name] }
  return { ...all, work: workQueue(executor, kind) }
}

/**
 * The embedded database: one file, one process. Brings the schema up to date and frees what the last process held.
 * `onScheduled` is called after each commit that made work due.
 */
export async function openSqliteDatabase(
  path: string,
  onScheduled: () => void = () => undefined,
): Promise<Database> {
  const connection = openSqlite(path)
  try {
    await migrate(connection.kysely)
    await freeAbandoned(connection.kysely)
  } catch (error) {
    await connection.close()
    throw error
  }
  return databaseOf(connection.kysely, 'sqlite', onScheduled, () => connection.close())
}

function databaseOf(
  kysely: Executor,
  kind: Database['kind'],
  onScheduled: () => void,
  close: () => Promise<void>,
): Database {
  const read = recordsOf(kysely, kind)
  return {
    kind,
    read,
    counts: stateCounts(kysely),
    sweeps: sweeps(kysely),
    transaction: async (change) => {
      const callbacks: (() => void)[] = []
      const result = await kysely.transaction().execute((transaction) => {
        return change(transactionOf(recordsOf(transaction, kind), callbacks, onScheduled))
      })
      for (const callback of callbacks) callback()
      return result
    },
    ping: async (timeoutMs) => {
      const signal = AbortSignal.timeout(timeoutMs)
      const late = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('the database does not answer')))
      })
      await Promise.race([kysely.executeQuery(CompiledQuery.raw('SELECT 1')), late])
    },
    [Symbol.asyncDispose]: close,
  }
}

function transactionOf(
  records: Records,
  callbacks: (() => void)[],
  onScheduled: () => void,
): Transaction {
  const work: WorkQueue = {
    ...records.work,
    schedule: (workKind, id, dueAt) => {
      if (!callbacks.includes(onScheduled)) callbacks.push(onScheduled)
      return records.work.schedule(workKind, id, dueAt)
    },
  }
  return { ...records, work, afterCommit: (callback) => callbacks.push(callback) }
}
