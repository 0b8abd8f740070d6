/** What is reconciled. Each kind has its own slots, so that one cannot starve another. */
export type WorkKind =
  | 'workspace'
  | 'flow'
  | 'transfer'
  | 'job'
  | 'delivery'
  | 'callback'
  /** A flow is looked up at its control plane's management API; the id is the flow's. */
  | 'check'
  /** We register at a control plane; the id is the control plane's. */
  | 'registration'
  /** A provision request; the id is its own. */
  | 'provision'
  | 'housekeeping'

export const workKinds: readonly WorkKind[] = [
  'workspace',
  'flow',
  'transfer',
  'job',
  'delivery',
  'callback',
  'check',
  'registration',
  'provision',
  'housekeeping',
]

/** A row that a pass works on, held until `until` by `version`: a later holder has a higher one. */
export interface Lease {
  readonly kind: WorkKind
  readonly id: string
  readonly version: number
  readonly until: Date
  /** Passes that failed one after the other before this one. */
  readonly failures: number
}

export interface ParkedWork {
  readonly kind: WorkKind
  readonly id: string
  readonly parkedAt: Date
  readonly reason: string
  readonly failures: number
}

/**
 * Due times, leases and failures of all rows that take longer than a request. Inside a transaction every call
 * is part of it. The database's clock decides on PostgreSQL; on SQLite the process's.
 */
export interface WorkQueue {
  /** Makes the row due at `dueAt`, or earlier if it already is. During a pass: due again right after it. */
  schedule(kind: WorkKind, id: string, dueAt: Date): Promise<void>
  /** Takes up to `limit` due rows of one kind in one statement. */
  claim(
    kind: WorkKind,
    owner: string,
    limit: number,
    leaseMs: number,
    now: Date,
  ): Promise<readonly Lease[]>
  /** Throws `LeaseLost` when somebody else holds the row: call it first in every transaction of a pass. */
  verify(lease: Lease): Promise<void>
  /** Longer by `leaseMs` from `now`. Throws `LeaseLost`. */
  renew(lease: Lease, leaseMs: number, now: Date): Promise<Lease>
  /** Ends the pass: due again at `dueAt` (null: only when scheduled), failures as given. */
  release(lease: Lease, result: { dueAt: Date | null; failures: number }, now: Date): Promise<void>
  park(lease: Lease, reason: string, now: Date): Promise<void>
  /** Lets a parked row run again. False when it is not parked. */
  unpark(kind: WorkKind, id: string, now: Date): Promise<boolean>
  remove(kind: WorkKind, id: string): Promise<void>
  parked(limit: number): Promise<readonly ParkedWork[]>
  /** When the next row that nobody holds becomes due; null: none. */
  nextDue(): Promise<Date | null>
  /** Rows due now, by kind: queue depth. */
  depth(now: Date): Promise<Readonly<Partial<Record<WorkKind, number>>>>
}

/** Another holder has the row: what this pass wanted to write is refused. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}
