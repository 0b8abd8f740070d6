import { bounds } from '../../domain/bounds.ts'
import type { StoredEvent } from '../../domain/event.ts'
import { anyTypeMatches } from '../../domain/subscription-match.ts'
import type { Transfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import { grantSignal, type Consumer } from '../access/authenticate-consumer.ts'
import { readEvents, type EventBatch, type EventFilter } from './list-events.ts'
import { transferSummary } from '../representations/transfer.ts'

const { lookEveryMs, heartbeatMs, streamEvents: eventsPerLook } = bounds.telling

/**
 * The next events, as soon as there are any: after `waitSeconds` at the latest, when the grant ends, or when the caller
 * goes, whatever comes first; then without items.
 */
export async function waitForEvents(
  app: Application,
  consumer: Consumer,
  query: { readonly after: number; readonly filter: EventFilter; readonly limit: number },
  waitSeconds: number,
  signal: AbortSignal,
): Promise<EventBatch> {
  const ends = performance.now() + waitSeconds * 1000
  const workspaceId = consumer.workspace.id
  const over = new AbortController()
  try {
    const live = grantSignal(app, consumer, AbortSignal.any([signal, over.signal]))
    let { after } = query
    for (;;) {
      const left = ends - performance.now()
      // Listens before it reads, so that nothing is missed in between.
      const lookAfterMs = Math.min(lookEveryMs, Math.max(left, 0))
      const look = app.changes.wait(workspaceId, lookAfterMs, live)
      const batch = await readEvents(app, workspaceId, after, query.filter, query.limit)
      after = batch.after
      if (batch.items.length > 0 || left <= 0 || live.aborted) return batch
      await look
    }
  } finally {
    over.abort()
  }
}

/** What a stream of events brings. Progress has no place in the log: it shows how far running transfers are. */
export type StreamItem =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'progress'; readonly transfer: ReturnType<typeof transferSummary> }
  | { readonly kind: 'heartbeat' }

export const progressType = 'transfer.progress'

/** Events as they happen, until `signal` ends or the reader stops. It reads on only as fast as it is read. */
export async function* streamEvents(
  app: Application,
  workspaceId: string,
  from: number,
  filter: EventFilter,
  signal: AbortSignal,
): AsyncGenerator<StreamItem, void, undefined> {
  let after = from
  let told = performance.now()
  let looked = 0
  const shown = new Map<string, number>()
  while (!signal.aborted) {
    const over = new AbortController()
    const listening = AbortSignal.any([signal, over.signal])
    const look = app.changes.wait(workspaceId, lookEveryMs, listening)
    const batch = await readEvents(app, workspaceId, after, filter, eventsPerLook)
    const items: StreamItem[] = batch.items.map((event) => ({ kind: 'event', event }))
    if (performance.now() - looked >= lookEveryMs) {
      looked = performance.now()
      items.push(...(await progressItems(app, workspaceId, filter, shown)))
    }
    if (items.length === 0 && performance.now() - told >= heartbeatMs)
      items.push({ kind: 'heartbeat' })
    after = batch.after
    if (items.length > 0) told = performance.now()
    yield* items
    if (batch.items.length === eventsPerLook) over.abort()
    await look
  }
}

/** Of the running transfers that have moved since they were shown last. */
async function progressItems(
  app: Application,
  workspaceId: string,
  filter: EventFilter,
  shown: Map<string, number>,
): Promise<readonly StreamItem[]> {
  if (!anyTypeMatches(filter.types, progressType)) return []
  const running = await app.database.read.transfers.list({
    where: { workspaceId, state: 'RUNNING' },
    limit: bounds.telling.streamTransfers,
  })
  const moved = running.filter(
    (transfer) => isWanted(transfer, filter) && shown.get(transfer.id) !== transfer.bytesDone,
  )
  shown.clear()
  for (const { id, bytesDone } of running) shown.set(id, bytesDone)
  return moved.map((transfer) => ({ kind: 'progress', transfer: transferSummary(transfer) }))
}

const isWanted = ({ id }: Transfer, { subject }: EventFilter) =>
  subject === undefined || subject === `transfers/${id}`
