import type { Delivery } from '../../domain/delivery.ts'
import { newId } from '../../domain/ids.ts'
import type { StoredEvent } from '../../domain/event.ts'
import { subscriptionMatches } from '../../domain/subscription-match.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

export interface NewEvent {
  readonly workspaceId: string
  readonly type: string
  /** `jobs/job-…`, `transfers/tr-…`, `inputs/name` or `workspace`. */
  readonly subject: string
  readonly data: Readonly<Record<string, unknown>>
  /** For subscriptions that filter by a job's labels. */
  readonly labels?: Readonly<Record<string, string>>
}

/** Adds the next event of the workspace's log and one delivery for each subscription that wants it, in this transaction. */
export async function appendEvent(
  app: Application,
  tx: Transaction,
  event: NewEvent,
): Promise<StoredEvent> {
  const sequence = await takeSequence(tx, event.workspaceId)
  const at = app.now()
  const { workspaceId, type, subject, data } = event
  const id = newId('evt', at, app.randomBytes(10))
  const stored: StoredEvent = { workspaceId, sequence, id, type, subject, at, data }
  await tx.events.insert(stored)
  await fanOut(app, tx, stored, event.labels ?? {})
  tx.afterCommit(() => app.changes.changed(event.workspaceId))
  return stored
}

/** The next number: taken by comparison, so that two transactions at once never get the same. */
async function takeSequence(tx: Transaction, id: string): Promise<number> {
  for (;;) {
    const workspace = await tx.workspaces.get({ id })
    if (workspace === undefined) throw new Error(`no workspace ${id}`)
    const { lastSequence } = workspace
    const patch = { lastSequence: lastSequence + 1 }
    if ((await tx.workspaces.updateWhere({ id, lastSequence }, patch)) > 0) return lastSequence + 1
  }
}

async function fanOut(
  app: Application,
  tx: Transaction,
  event: StoredEvent,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const { workspaceId } = event
  const subscriptions = await tx.subscriptions.list({ where: { workspaceId, state: 'ACTIVE' } })
  for (const subscription of subscriptions) {
    if (subscriptionMatches(subscription, event.type, labels)) {
      await enqueueEvent(app, tx, event, subscription.id)
    }
  }
}

/** What a webhook carries: an event of the log, or one without a place in it (sequence null). */
type CarriedEvent = Pick<StoredEvent, 'workspaceId' | 'id' | 'type'> & {
  readonly sequence: number | null
}

/** One delivery of an event to one subscription, whose lane is due now. */
export async function enqueueEvent(
  app: Application,
  tx: Transaction,
  event: CarriedEvent,
  subscriptionId: string,
): Promise<Delivery> {
  const now = app.now()
  const delivery: Delivery = {
    id: newId('dlv', now, app.randomBytes(10)),
    kind: 'event',
    workspaceId: event.workspaceId,
    subscriptionId,
    flowId: null,
    sequence: event.sequence,
    eventId: event.id,
    eventType: event.type,
    callback: null,
    error: null,
    flowState: null,
    state: 'PENDING',
    reason: null,
    attempts: 0,
    createdAt: now,
    nextAttemptAt: now,
    endedAt: null,
  }
  await tx.deliveries.insert(delivery)
  await tx.work.schedule('delivery', subscriptionId, now)
  return delivery
}
