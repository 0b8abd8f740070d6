import { sql } from 'kysely'
import type { Executor } from './table.ts'

/**
 * Frees what the last process held when it ended: its passes can be taken up and its half-made inputs written again at
 * once, instead of when their leases run out. Agents that still run get a fresh session: the embedded store may be at
 * another port now. Only where one process at a time has the database.
 */
export async function freeAbandoned(executor: Executor): Promise<void> {
  await sql`UPDATE work SET lease_until = 0, version = version + 1
    WHERE lease_until IS NOT NULL`.execute(executor)
  await sql`UPDATE inputs SET writer_until = 0 WHERE writer IS NOT NULL`.execute(executor)
  await sql`UPDATE attempts SET credentials_until = NULL WHERE ended_at IS NULL`.execute(executor)
}
