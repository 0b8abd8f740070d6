import type { Subscription } from '../../domain/delivery.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Records } from '../ports/database.ts'

/** A subscription of this workspace. Throws `not-found`, also for one of another workspace. */
export async function findSubscription(
  records: Pick<Records, 'subscriptions'>,
  workspaceId: string,
  id: string,
): Promise<Subscription> {
  const found = await records.subscriptions.first({ id, workspaceId })
  if (found === undefined) throw new ProblemError('not-found', 'There is no such subscription.')
  return found
}

/** Throws `state-conflict` for a disabled one: nothing is sent to it. */
export function requireActive({ state }: Subscription): void {
  if (state === 'ACTIVE') return
  throw new ProblemError('state-conflict', 'The subscription is disabled.', {
    nextStep: 'Enable it: PATCH it with {"state": "ACTIVE"}.',
  })
}
