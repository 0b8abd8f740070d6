import { ProblemError } from '../domain/problem.ts'
import type { Delivery } from '../domain/delivery.ts'
import type { Application } from './application.ts'

/**
 * Sends the same message with the same id again, as soon as possible, with a fresh schedule. Throws `not-found`;
 * `state-conflict` when what it told is not kept any more.
 */
export function redeliver(app: Application, id: string): Promise<Delivery> {
  return app.database.transaction(async (tx) => {
    const delivery = await tx.deliveries.get({ id })
    if (delivery === undefined) throw new ProblemError('not-found', 'There is no such delivery.')
    const { workspaceId, sequence } = delivery
    if (delivery.kind === 'event' && workspaceId !== null && sequence !== null) {
      const event = await tx.events.get({ workspaceId, sequence })
      if (event === undefined) {
        throw new ProblemError('state-conflict', 'The event is not kept any more.')
      }
    }
    const now = app.now()
    const patch = { state: 'PENDING', nextAttemptAt: now, endedAt: null } as const
    await tx.deliveries.update({ id }, patch)
    await tx.work.schedule(delivery.kind === 'event' ? 'delivery' : 'callback', id, now)
    return { ...delivery, ...patch }
  })
}
