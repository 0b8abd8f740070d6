import { sql } from 'kysely'
import {
  LeaseLost,
  workKinds,
  type Lease,
  type WorkKind,
  type WorkQueue,
} from '../../application/ports/work-queue.ts'
import type { Executor } from './table.ts'

/** Some drivers give 64-bit integers as text. */
type Integer = number | string

interface WorkRow {
  readonly kind: WorkKind
  readonly id: string
  readonly version: Integer
  readonly lease_until: Integer
  readonly failures: Integer
}

const leaseOf = (row: WorkRow): Lease => ({
  kind: row.kind,
  id: row.id,
  version: Number(row.version),
  until: new Date(Number(row.lease_until)),
  failures: Number(row.failures),
})

/**
 * The work table. A row is due when nobody holds it and `due_at` has come, or when its lease has run out: so a
 * pass that died is found again, and what is scheduled during a pass is kept for after it.
 */
export function workQueue(executor: Executor, kind: 'sqlite' | 'postgresql'): WorkQueue {
  const skipLocked = sql.raw(kind === 'postgresql' ? 'FOR UPDATE SKIP LOCKED' : '')
  const held = (lease: Lease) =>
    sql`kind = ${lease.kind} AND id = ${lease.id} AND version = ${lease.version}
      AND lease_until IS NOT NULL`
  const changeHeld = async (lease: Lease, assignments: ReturnType<typeof sql>) => {
    const result = await sql`UPDATE work SET ${assignments} WHERE ${held(lease)}`.execute(executor)
    if (Number(result.numAffectedRows ?? 0) === 0) throw new LeaseLost(`${lease.kind} ${lease.id}`)
  }

  return {
    schedule: async (workKind, id, dueAt) => {
      const due = dueAt.getTime()
      await sql`INSERT INTO work (kind, id, due_at, version, failures) VALUES (${workKind}, ${id}, ${due}, 0, 0)
        ON CONFLICT (kind, id) DO UPDATE SET due_at =
        CASE WHEN work.due_at IS NULL OR work.due_at > excluded.due_at THEN excluded.due_at ELSE work.due_at END`.execute(
        executor,
      )
    },
    claim: async (workKind, owner, limit, leaseMs, now) => {
      const at = now.getTime()
      const result = await sql<WorkRow>`UPDATE work
        SET owner = ${owner}, version = version + 1, lease_until = ${at + leaseMs}, due_at = NULL
        WHERE (kind, id) IN (
          SELECT kind, id FROM (SELECT kind, id FROM work
            WHERE kind = ${workKind} AND parked_at IS NULL AND lease_until <= ${at}
            ORDER BY lease_until LIMIT ${limit} ${skipLocked}) AS lost
          UNION ALL
          SELECT kind, id FROM (SELECT kind, id FROM work
            WHERE kind = ${workKind} AND parked_at IS NULL AND lease_until IS NULL AND due_at <= ${at}
            ORDER BY due_at LIMIT ${limit} ${skipLocked}) AS due
          LIMIT ${limit})
        RETURNING kind, id, version, lease_until, failures`.execute(executor)
      return result.rows.map(leaseOf)
    },
    verify: (lease) => changeHeld(lease, sql`version = version`),
    renew: async (lease, leaseMs, now) => {
      const until = now.getTime() + leaseMs
      await changeHeld(lease, sql`lease_until = ${until}`)
      return { ...lease, until: new Date(until) }
    },
    release: async (lease, { dueAt, failures }) => {
      const due = dueAt?.getTime() ?? null
      await changeHeld(
        lease,
        sql`lease_until = NULL, owner = NULL, failures = ${failures}, due_at =
          CASE WHEN due_at IS NULL OR due_at > ${due} THEN ${due} ELSE due_at END`,
      )
    },
    park: (lease, reason, now) =>
      changeHeld(
        lease,
        sql`lease_until = NULL, owner = NULL, parked_at = ${now.getTime()}, park_reason = ${reason}`,
      ),
    unpark: async (workKind, id, now) => {
      const result = await sql`UPDATE work SET parked_at = NULL, park_reason = NULL, failures = 0,
        due_at = ${now.getTime()} WHERE kind = ${workKind} AND id = ${id} AND parked_at IS NOT NULL`.execute(
        executor,
      )
      return Number(result.numAffectedRows ?? 0) > 0
    },
    remove: async (workKind, id) => {
      await sql`DELETE FROM work WHERE kind = ${workKind} AND id = ${id}`.execute(executor)
    },
    parked: async (limit) => {
      const result = await sql<
        WorkRow & { parked_at: Integer; park_reason: string }
      >`SELECT * FROM work
        WHERE parked_at IS NOT NULL ORDER BY parked_at DESC LIMIT ${limit}`.execute(executor)
      return result.rows.map((row) => ({
        kind: row.kind,
        id: row.id,
        parkedAt: new Date(Number(row.parked_at)),
        reason: row.park_reason,
        failures: Number(row.failures),
      }))
    },
    nextDue: async () => {
      // The first of each kind is in an index: rows that are due much later, or never, are not read.
      const firsts = workKinds.flatMap((kind) => [
        sql`SELECT MIN(due_at) AS due FROM work
          WHERE kind = ${kind} AND parked_at IS NULL AND lease_until IS NULL`,
        sql`SELECT MIN(lease_until) AS due FROM work
          WHERE kind = ${kind} AND parked_at IS NULL AND lease_until IS NOT NULL`,
      ])
      const result = await sql<{
        due: Integer | null
      }>`SELECT MIN(due) AS due FROM (${sql.join(firsts, sql` UNION ALL `)}) AS firsts`.execute(
        executor,
      )
      const due = result.rows[0]?.due ?? null
      return due === null ? null : new Date(Number(due))
    },
    depth: async (now) => {
      const result = await sql<{
        kind: WorkKind
        count: Integer
      }>`SELECT kind, COUNT(*) AS count FROM work
        WHERE parked_at IS NULL AND due_at <= ${now.getTime()} GROUP BY kind`.execute(executor)
      const found = new Map(result.rows.map((row) => [row.kind, Number(row.count)]))
      return Object.fromEntries(workKinds.map((name) => [name, found.get(name) ?? 0]))
    },
  }
}
