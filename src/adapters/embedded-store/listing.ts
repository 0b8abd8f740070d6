/** Where a list goes on: behind a key, or behind all keys that begin with a common prefix. */
export interface Cursor {
  readonly after: string
  readonly isPrefix: boolean
}

export interface ListQuery {
  readonly prefix: string
  readonly delimiter: string
  readonly cursor: Cursor | undefined
  readonly maxKeys: number
}

export interface Listing<T> {
  readonly entries: readonly ({ readonly item: T } | { readonly commonPrefix: string })[]
  /** Set when there is more. */
  readonly next: Cursor | undefined
}

/** Gives keys in the order of their UTF-8 bytes, from or behind a text. */
export type FetchPage<T> = (from: string, inclusive: boolean, limit: number) => readonly T[]

const pageSize = 1000

/** Sorts before every key that begins with a prefix and behind most of them: a place to go on from. */
const behind = (prefix: string): string => `${prefix}\u{10ffff}`

const isBefore = (left: string, right: string): boolean =>
  Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0

/** Lists one page, with keys rolled up to their common prefixes. Reads no more rows than it shows. */
export function list<T extends { readonly key: string }>(
  query: ListQuery,
  fetchPage: FetchPage<T>,
): Listing<T> {
  const entries: ({ readonly item: T } | { readonly commonPrefix: string })[] = []
  let last = query.cursor
  for (const item of keysAfter(query, fetchPage, () => last)) {
    if (entries.length >= query.maxKeys)
      return { entries, next: query.maxKeys === 0 ? undefined : last }
    const commonPrefix = commonPrefixOf(item.key, query)
    entries.push(commonPrefix === undefined ? { item } : { commonPrefix })
    last = { after: commonPrefix ?? item.key, isPrefix: commonPrefix !== undefined }
  }
  return { entries, next: undefined }
}

/** Keys with the prefix, in order, behind the cursor; the cursor may jump forward between two keys. */
function* keysAfter<T extends { readonly key: string }>(
  { prefix, maxKeys }: ListQuery,
  fetchPage: FetchPage<T>,
  cursor: () => Cursor | undefined,
): Generator<T, void, undefined> {
  let position: { from: string; inclusive: boolean } = { from: prefix, inclusive: true }
  const limit = Math.min(maxKeys + 1, pageSize)
  for (;;) {
    const start = startOf(cursor())
    if (start !== undefined && !isBefore(start, position.from))
      position = { from: start, inclusive: false }
    const page = fetchPage(position.from, position.inclusive, limit)
    let jumped = false
    for (const item of page) {
      if (!item.key.startsWith(prefix)) return
      position = { from: item.key, inclusive: false }
      const at = cursor()
      if (at?.isPrefix === true && item.key.startsWith(at.after)) {
        jumped = true
        break
      }
      yield item
    }
    if (!jumped && page.length < limit) return
  }
}

const startOf = (cursor: Cursor | undefined): string | undefined =>
  cursor?.isPrefix === true ? behind(cursor.after) : cursor?.after

function commonPrefixOf(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === '') return undefined
  const end = key.indexOf(delimiter, prefix.length)
  return end < 0 ? undefined : key.slice(0, end + delimiter.length)
}

/** A continuation token, which says nothing to the client. */
export const toToken = ({ after, isPrefix }: Cursor): string =>
  Buffer.from(`${isPrefix ? 'p' : 'k'}${after}`).toString('base64url')

export function fromToken(token: string): Cursor | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (text.startsWith('p') || text.startsWith('k'))
    return { after: text.slice(1), isPrefix: text.startsWith('p') }
  return undefined
}
