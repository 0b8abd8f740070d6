import { sequenceText, type StoredEvent } from '../../domain/event.ts'
import { labelsOf, subscriptionMatches } from '../../domain/subscription-match.ts'
import { enqueueEvent } from './append-event.ts'
import type { Application } from '../application.ts'
import { findSubscription } from './find-subscription.ts'
import { parseSequence } from './list-events.ts'
import type { Transaction } from '../ports/database.ts'
import { activate } from './update-subscription.ts'

/** Events of one transaction. */
const batch = 500

/**
 * Delivers every matching event after a sequence again, but those that are pending anyway; makes the subscription active.
 * After a break in the middle a repeat does the rest. Throws `not-found`.
 */
export async function recoverSubscription(
  app: Application,
  workspaceId: string,
  id: string,
  after: string,
) {
  let position = parseSequence(after)
  let deliveries = 0
  await app.database.transaction(async (tx) => {
    await findSubscription(tx, workspaceId, id)
    await activate(app, tx, id)
  })
  for (;;) {
    const from = position
    const done = await app.database.transaction((tx) =>
      recoverBatch(app, tx, workspaceId, id, from),
    )
    deliveries += done.deliveries
    if (done.last === undefined) return { after: sequenceText(parseSequence(after)), deliveries }
    position = done.last
  }
}

async function recoverBatch(
  app: Application,
  tx: Transaction,
  workspaceId: string,
  id: string,
  after: number,
): Promise<{ readonly deliveries: number; readonly last: number | undefined }> {
  const subscription = await findSubscription(tx, workspaceId, id)
  const events = await tx.events.list({
    where: { workspaceId, sequence: { gt: after } },
    orderBy: 'sequence',
    limit: batch,
  })
  const pending = await pendingSequences(tx, id, events)
  const wanted = events.filter(
    (event) =>
      !pending.has(event.sequence) &&
      subscriptionMatches(subscription, event.type, labelsOf(event)),
  )
  for (const event of wanted) await enqueueEvent(app, tx, event, id)
  return { deliveries: wanted.length, last: events.at(-1)?.sequence }
}

async function pendingSequences(
  tx: Transaction,
  subscriptionId: string,
  events: readonly StoredEvent[],
): Promise<ReadonlySet<number>> {
  const first = events.at(0)?.sequence
  const last = events.at(-1)?.sequence
  if (first === undefined || last === undefined) return new Set()
  const pending = await tx.deliveries.list({
    where: { subscriptionId, state: 'PENDING', sequence: { gte: first, lte: last } },
  })
  return new Set(pending.flatMap(({ sequence }) => (sequence === null ? [] : [sequence])))
}
