import type { TestContext } from 'node:test'
import type { Database } from '../../src/application/ports/database.ts'
import { databaseTableCases } from './database-table-cases.ts'
import { databaseTransactionCases } from './database-transaction-cases.ts'
import { databaseWorkCases } from './database-work-cases.ts'

/** An empty database of the test's own, gone with it. `onScheduled` is told of commits that made work due. */
export type OpenDatabase = (t: TestContext, onScheduled?: () => void) => Promise<Database>

/** What every database does, whichever it is. */
export function databaseSuite(name: string, open: OpenDatabase): void {
  databaseTableCases(name, open)
  databaseTransactionCases(name, open)
  databaseWorkCases(name, open)
}
