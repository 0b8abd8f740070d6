import type { DataFlow } from './data-flow.ts'

/** A transfer process that is over for good, by its state at the connector. */
export const transferHasEnded = (state: string) =>
  /^(?:COMPLETED|TERMINATED|DEPROVISION)/.test(state)

/** So many answers in a row that there is no such process, over the recheck time, end a flow. */
export const mostAbsences = 3

/** What the connector knows of a flow's transfer process; null: it does not know it. */
export type KnownProcess = { readonly state: string; readonly errorDetail: string | null } | null

export type CheckDecision =
  /** It goes on. */
  | { readonly kind: 'living' }
  /** It has ended there: as this message would have told. */
  | { readonly kind: 'ended'; readonly by: 'completed' | 'terminate' }
  /** Not known there, and not yet for long or often enough. */
  | { readonly kind: 'absent'; readonly since: Date; readonly absences: number }
  /** Not known there for so long and so often that it is believed. */
  | { readonly kind: 'forgotten' }

/**
 * What the connector's answer about a living flow means. A connector that restarts with a store in memory, or answers
 * for another one for a moment, does not know its processes: only repeated over the recheck time it ends the flow.
 */
export function decideCheck(
  flow: Pick<DataFlow, 'absentSince' | 'absences'>,
  known: KnownProcess,
  now: Date,
  recheckSeconds: number,
): CheckDecision {
  if (known !== null) {
    return transferHasEnded(known.state) ? { kind: 'ended', by: endOf(known) } : { kind: 'living' }
  }
  const since = flow.absentSince ?? now
  const absences = flow.absences + 1
  const longEnough = now.getTime() - since.getTime() >= recheckSeconds * 1000
  return absences >= mostAbsences && longEnough
    ? { kind: 'forgotten' }
    : { kind: 'absent', since, absences }
}

/** A deprovisioned process does not say how it ended; a completed one leaves no error. */
function endOf({ state, errorDetail }: Exclude<KnownProcess, null>): 'completed' | 'terminate' {
  if (state === 'COMPLETED') return 'completed'
  return state === 'TERMINATED' || errorDetail !== null ? 'terminate' : 'completed'
}

/**
 * Seconds until a flow is looked up again: about the recheck time, spread so that those of a restart do not come
 * together; half of it, and never less, while the connector does not know it. `random` is in [0, 1).
 */
export function nextCheckSeconds(
  decision: Extract<CheckDecision, { kind: 'living' | 'absent' }>,
  recheckSeconds: number,
  random: number,
): number {
  const seconds = Math.max(1, recheckSeconds)
  return decision.kind === 'absent' ? seconds / 2 : seconds * (0.8 + 0.2 * random)
}
