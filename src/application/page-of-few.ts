import { ProblemError } from '../domain/problem.ts'
import type { Page } from './page.ts'

export type { Page }

/**
 * One page of a list that is small and in its order already. `next` names the last one shown: when that has gone, the
 * cursor is refused.
 */
export function pageOfFew<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  {
    limit = 50,
    cursor,
  }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Page<Row> {
  const start = cursor === undefined ? 0 : startAfter(rows.map(keyOf), cursor)
  const items = rows.slice(start, start + limit)
  const last = items.at(-1)
  const more = start + limit < rows.length && last !== undefined
  return { items, next: more ? cursorOf(keyOf(last)) : null }
}

const cursorOf = (key: string) => Buffer.from(key).toString('base64url')

function startAfter(keys: readonly string[], cursor: string): number {
  const index = keys.findIndex((key) => cursorOf(key) === cursor)
  if (index >= 0) return index + 1
  throw new ProblemError('invalid-request', 'The cursor is not one of this list.', {
    errors: [{ pointer: '/query/cursor', code: 'cursor', detail: 'must be `next` of a page' }],
  })
}
