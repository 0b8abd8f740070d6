import type { DataFlow } from './data-flow.ts'
import { isFinalFlow } from './data-flow.ts'
import { agreementHasEnded, type EndCause, type Workspace } from './workspace.ts'

/** What the flows and the operator make of an open workspace. */
export type AccessDecision =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'suspended'
      readonly reason: 'suspended' | 'no-flow'
      readonly lingerUntil: Date | null
    }
  | { readonly kind: 'end'; readonly cause: EndCause }

/**
 * Open while one provider-side pull flow is started; suspended while all living ones are; lingering after the last one
 * has ended, then at its end; without lingering when the agreement has ended. A workspace that never had a pull flow is
 * open and does not linger.
 */
export function decideAccess(
  workspace: Workspace,
  flows: readonly Pick<DataFlow, 'side' | 'direction' | 'state'>[],
  now: Date,
  lingerSeconds: number,
): AccessDecision {
  const living = flows.filter(
    (flow) => flow.side === 'provider' && flow.direction === 'pull' && !isFinalFlow(flow),
  )
  const lingering = living.length === 0 && workspace.hadPullFlow
  if (lingering) {
    if (agreementHasEnded(workspace, now)) return { kind: 'end', cause: 'agreement-ended' }
    const until = workspace.lingerUntil ?? new Date(now.getTime() + lingerSeconds * 1000)
    if (until <= now) return { kind: 'end', cause: 'no-flow' }
    return { kind: 'suspended', reason: 'no-flow', lingerUntil: until }
  }
  const allSuspended = living.length > 0 && living.every(({ state }) => state === 'SUSPENDED')
  return workspace.suspendedByOperator || allSuspended
    ? { kind: 'suspended', reason: 'suspended', lingerUntil: null }
    : { kind: 'open' }
}
