import { CompiledQuery, sql } from 'kysely'
import type { Database, Records, Transaction } from '../../application/ports/database.ts'
import type { WorkQueue } from '../../application/ports/work-queue.ts'
import { freeAbandoned } from './abandoned.ts'
import { tables } from './columns.ts'
import type { TableName } from './table-definition.ts'
import { GroupedCommits } from './grouped-commits.ts'
import { migrate } from './migrate.ts'
import { openSqlite } from './sqlite.ts'
import { stateCounts } from './state-counts.ts'
import { sweeps } from './sweeps.ts'
import { tableOf, type Executor } from './table.ts'
import { workQueue } from './work-table.ts'

function recordsOf(executor: Executor, kind: Database['kind']): Records {
  const records = { work: workQueue(executor, kind) }
  for (const [field, { name, columns }] of Object.entries(tables)) {
    // A transaction touches few of the tables: each is made when it is asked for.
    let table: unknown
    const get = () => (table ??= tableOf(executor, name, columns as never))
    Object.defineProperty(records, field, { get, enumerable: true })
  }
  return records as { [Name in TableName]: Records[Name] } & Pick<Records, 'work'>
}

/** Of a change in a transaction of several. */
async function undoable(transaction: Executor, change: () => Promise<void>) {
  await sql`SAVEPOINT change`.execute(transaction)
  try {
    await change()
    return null
  } catch (error) {
    await sql`ROLLBACK TO change`.execute(transaction)
    return { error }
  } finally {
    await sql`RELEASE change`.execute(transaction)
  }
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
  const commits = new GroupedCommits<Executor>({
    transaction: (group) => kysely.transaction().execute(group),
    undoable,
  })
  const read = withWork(recordsOf(kysely, kind), groupedWork(kysely, kind, commits))
  return {
    kind,
    read,
    counts: stateCounts(kysely),
    sweeps: sweeps(kysely),
    transaction: (change) => {
      const callbacks: (() => void)[] = []
      return commits.commit(
        (transaction) =>
          change(transactionOf(recordsOf(transaction, kind), callbacks, onScheduled)),
        () => {
          for (const callback of callbacks) callback()
        },
      )
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

const withWork = <Changed extends object>(records: Records, changed: Changed) =>
  Object.assign(Object.create(records) as Records, changed)

/** What the loop does for each pass costs a commit of its own no more. */
function groupedWork(
  kysely: Executor,
  kind: Database['kind'],
  commits: GroupedCommits<Executor>,
): Pick<Records, 'work'> {
  const nothing = () => undefined
  const work: WorkQueue = {
    ...workQueue(kysely, kind),
    claim: (...claim) => commits.commit((tx) => workQueue(tx, kind).claim(...claim), nothing),
    release: (...end) => commits.commit((tx) => workQueue(tx, kind).release(...end), nothing),
  }
  return { work }
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
  const afterCommit = (callback: () => void) => void callbacks.push(callback)
  return withWork(records, { work, afterCommit })
}
