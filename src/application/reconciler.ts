import type { Transaction } from './ports/database.ts'
import type { WorkKind } from './ports/work-queue.ts'

/** What a pass leaves behind: nothing more to do until somebody schedules it, or when to look again. */
export type Outcome =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'again'
      readonly at: Date
      /** Nothing was tried in this pass: the failures before it still count. */
      readonly untried?: true
    }

export const done: Outcome = { kind: 'done' }
export const againAt = (at: Date): Outcome => ({ kind: 'again', at })
export const notBefore = (at: Date): Outcome => ({ kind: 'again', at, untried: true })

/** The earliest of several times to look again; nothing when all are null. */
export function againAtEarliest(...times: readonly (Date | null | undefined)[]): Outcome {
  const known = times.filter((time) => time !== null && time !== undefined)
  if (known.length === 0) return done
  return againAt(new Date(Math.min(...known.map((time) => time.getTime()))))
}

/** One run of a reconciler over one row, under a lease. */
export interface Pass {
  readonly id: string
  /** Ends before the lease does, and when the service stops: every outside effect runs under it. */
  readonly signal: AbortSignal
  /** Passes that failed one after the other before this one. */
  readonly failures: number
  /** A transaction that is refused (`LeaseLost`) when somebody else has taken the row. */
  record<T>(change: (tx: Transaction) => Promise<T>): Promise<T>
  /** Renews the lease: call it right before an effect that publishes or deletes. */
  renew(): Promise<void>
}

/**
 * Brings one row nearer to its desired state: gather, decide, act, record. Run twice, or after a crash at any line,
 * it comes to the same end. What it throws is tried again with back-off.
 */
export interface Reconciler {
  readonly kind: WorkKind
  /** Passes at once. */
  readonly slots: number
  /** Failed passes after which the row is parked; null: never. */
  readonly parkAfter: number | null
  readonly maxBackoffMs: number
  run(pass: Pass): Promise<Outcome>
  /** Called when the row is parked, in the same transaction: tells whoever waits for it. */
  onParked?(id: string, reason: string, tx: Transaction): Promise<void>
}
