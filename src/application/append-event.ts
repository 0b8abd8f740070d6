import { newId } from '../domain/ids.ts'
import type { StoredEvent } from '../domain/event.ts'
import { subscriptionMatches } from '../domain/subscription-match.ts'
import type { Application } from './application.ts'
import type { Transaction } from './ports/database.ts'

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
  const workspace = await tx.workspaces.get({ id: event.workspaceId })
  if (workspace === undefined) throw new Error(`no workspace ${event.workspaceId}`)
  const sequence = workspace.lastSequence + 1
  await tx.workspaces.update({ id: workspace.id }, { lastSequence: sequence })
  const at = app.now()
  const { workspaceId, type, subject, data } = event
  const id = newId('evt', at, app.randomBytes(10))
  const stored: StoredEvent = { workspaceId, sequence, id, type, subject, at, data }
  await tx.events.insert(stored)
  await fanOut(app, tx, stored, event.labels ?? {})
  tx.afterCommit(() => app.changes.changed(event.workspaceId))
  return stored
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

/** One delivery of an event to one subscription. */
export async function enqueueEvent(
  app: Application,
  tx: Transaction,
  event: StoredEvent,
  subscriptionId: string,
): Promise<string> {
  const now = app.now()
  const id = newId('dlv', now, app.randomBytes(10))
  await tx.deliveries.insert({
    id,
    kind: 'event',
    workspaceId: event.workspaceId,
    subscriptionId,
    flowId: null,
    sequence: event.sequence,
    eventId: event.id,
    eventType: event.type,
    callback: null,
    error: null,
    state: 'PENDING',
    attempts: 0,
    createdAt: now,
    nextAttemptAt: now,
    endedAt: null,
  })
  await tx.work.schedule('delivery', id, now)
  return id
}
