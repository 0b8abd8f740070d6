import { ProblemError } from '../domain/problem.ts'
import type { Table, Where } from './ports/database.ts'

/** One page of a list, newest first. `next` is the cursor of the page after it; null: there is none. */
export interface Page<Row> {
  readonly items: readonly Row[]
  readonly next: string | null
}

export interface PageRequest<Row> {
  readonly where: Where<Row>
  /** 50 when left out. */
  readonly limit?: number | undefined
  /** `next` of the page before. */
  readonly cursor?: string | undefined
}

/**
 * One page of the rows that match, by their time-ordered ids: what is made meanwhile moves nothing.
 * Throws `invalid-request` for a cursor that is none of ours. `where` has no condition on `id`.
 */
export async function listPage<Row extends { readonly id: string }>(
  table: Pick<Table<Row, 'id'>, 'list'>,
  { where, limit = 50, cursor }: PageRequest<Row>,
): Promise<Page<Row>> {
  const before = cursor === undefined ? {} : { id: { lt: readCursor(cursor) } }
  const rows = await table.list({
    where: { ...where, ...before },
    orderBy: 'id',
    descending: true,
    limit: limit + 1,
  })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last !== undefined ? writeCursor(last.id) : null
  return { items, next }
}

/** The condition of `createdAfter` and `createdBefore`, to be spread into `where`. */
export function createdBetween(
  from: string | undefined,
  before: string | undefined,
): { readonly createdAt?: { readonly gte?: Date; readonly lt?: Date } } {
  if (from === undefined && before === undefined) return {}
  return {
    createdAt: {
      ...(from === undefined ? {} : { gte: new Date(from) }),
      ...(before === undefined ? {} : { lt: new Date(before) }),
    },
  }
}

export const writeCursor = (id: string) => Buffer.from(id).toString('base64url')

export function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8')
  if (writeCursor(id) === cursor && /^[\w.-]{1,128}$/.test(id)) return id
  throw new ProblemError('invalid-request', 'The cursor is not one of this list.', {
    errors: [{ pointer: '/query/cursor', code: 'cursor', detail: 'must be `next` of a page' }],
  })
}
