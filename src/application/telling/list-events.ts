import { bounds } from '../../domain/bounds.ts'
import { sequenceText, type StoredEvent } from '../../domain/event.ts'
import { ProblemError } from '../../domain/problem.ts'
import { anyTypeMatches } from '../../domain/subscription-match.ts'
import type { Application } from '../application.ts'
import type { Records } from '../ports/database.ts'

export interface EventFilter {
  /** None: all. `job.*` takes all of one kind. */
  readonly types: readonly string[]
  readonly subject: string | undefined
}

/** Events in order, and the last sequence that was looked at: go on from there. */
export interface EventBatch {
  readonly items: readonly StoredEvent[]
  readonly after: number
}

/** A sequence as callers send it: up to twenty digits. */
export const parseSequence = (text: string): number =>
  Math.min(Number(text), Number.MAX_SAFE_INTEGER)

/** Where to begin: after the given sequence, else before the oldest event that is kept. Throws `events-gone`. */
export async function beginAfter(
  records: Pick<Records, 'events' | 'workspaces'>,
  workspaceId: string,
  after: number | undefined,
): Promise<number> {
  const workspace = await records.workspaces.get({ id: workspaceId })
  const lastSequence = workspace?.lastSequence ?? 0
  const [first] = await records.events.list({
    where: { workspaceId },
    orderBy: 'sequence',
    limit: 1,
  })
  const oldest = first?.sequence ?? lastSequence + 1
  if (after === undefined) return oldest - 1
  if (after < oldest - 1) throw eventsGone(oldest)
  return Math.min(after, lastSequence)
}

function eventsGone(oldest: number): ProblemError {
  const sequence = sequenceText(oldest)
  return new ProblemError(
    'events-gone',
    `Events that old are not kept; the oldest one has sequence ${sequence}.`,
    {
      errors: [{ pointer: '/query/after', code: 'events-gone', detail: sequence }],
      nextStep: 'Read the state of what you follow, then go on without `after`.',
    },
  )
}

/** The events after a sequence that pass the filter, at most `limit`. */
export async function readEvents(
  app: Application,
  workspaceId: string,
  after: number,
  filter: EventFilter,
  limit: number,
): Promise<EventBatch> {
  const { pollRows, readRows } = bounds.telling
  const items: StoredEvent[] = []
  let position = after
  for (let looked = 0; looked < pollRows; looked += readRows) {
    const rows = await app.database.read.events.list({
      where: { workspaceId, sequence: { gt: position } },
      orderBy: 'sequence',
      limit: readRows,
    })
    for (const row of rows) {
      position = row.sequence
      if (passes(row, filter)) items.push(row)
      if (items.length === limit) return { items, after: position }
    }
    if (rows.length < readRows) break
  }
  return { items, after: position }
}

function passes({ type, subject }: StoredEvent, filter: EventFilter): boolean {
  if (filter.subject !== undefined && filter.subject !== subject) return false
  return anyTypeMatches(filter.types, type)
}
