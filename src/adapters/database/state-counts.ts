import { sql } from 'kysely'
import type { StateCount, StateCounts } from '../../application/ports/state-counts.ts'
import type { Executor } from './table.ts'

/** Whole numbers come as text from PostgreSQL. */
type Whole = number | string

interface CountRow {
  readonly state: string
  readonly count: Whole
}

export function stateCounts(executor: Executor): StateCounts {
  const byState = async (table: string): Promise<readonly StateCount[]> => {
    const result = await sql<CountRow>`SELECT state, COUNT(*) AS count FROM ${sql.table(table)}
      GROUP BY state`.execute(executor)
    return result.rows.map(({ state, count }) => ({ state, count: Number(count) }))
  }
  return {
    workspaces: () => byState('workspaces'),
    flows: () => byState('flows'),
    jobs: () => byState('jobs'),
    transfers: () => byState('transfers'),
    deliveries: async () => {
      const result = await sql<
        CountRow & { kind: string; oldest: Whole }
      >`SELECT state, kind, COUNT(*) AS count, MIN(created_at) AS oldest FROM deliveries
        WHERE state <> 'DELIVERED' GROUP BY state, kind`.execute(executor)
      return result.rows.map(({ state, kind, count, oldest }) => ({
        state,
        kind,
        count: Number(count),
        oldest: new Date(Number(oldest)),
      }))
    },
    parked: async () => {
      const result = await sql<{ kind: string; count: Whole }>`SELECT kind, COUNT(*) AS count
        FROM work WHERE parked_at IS NOT NULL GROUP BY kind`.execute(executor)
      return result.rows.map(({ kind, count }) => ({ kind, count: Number(count) }))
    },
    overdueClosings: async (before) => {
      const result = await sql<{ count: Whole }>`SELECT COUNT(*) AS count FROM workspaces
        WHERE state = 'CLOSING' AND closing_since < ${before.getTime()}`.execute(executor)
      return Number(result.rows[0]?.count ?? 0)
    },
    storedBytes: async () => {
      const result = await sql<{ bytes: Whole | null }>`SELECT SUM(storage_bytes) AS bytes
        FROM workspaces WHERE state <> 'DELETED'`.execute(executor)
      return Number(result.rows[0]?.bytes ?? 0)
    },
  }
}
