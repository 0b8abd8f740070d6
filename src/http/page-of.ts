import { ProblemError } from '../domain/problem.ts'

/** One page of a list that is whole in memory. The cursor names the last entry of the page before. */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  {
    limit = 50,
    cursor,
  }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): { readonly items: Item[]; readonly next: string | null } {
  const start = cursor === undefined ? 0 : startAfter(items, keyOf, cursor)
  const page = items.slice(start, start + limit)
  const last = page.at(-1)
  const more = start + limit < items.length && last !== undefined
  return { items: page, next: more ? Buffer.from(keyOf(last)).toString('base64url') : null }
}

function startAfter<Item>(items: readonly Item[], keyOf: (item: Item) => string, cursor: string) {
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  const index = items.findIndex((item) => keyOf(item) === key)
  if (index >= 0) return index + 1
  throw new ProblemError('invalid-request', 'The cursor is not one of this list.', {
    errors: [{ pointer: '/query/cursor', code: 'cursor', detail: 'must be `next` of a page' }],
  })
}
