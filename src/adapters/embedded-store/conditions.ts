import { S3Error } from './s3-error.ts'
import type { StoredObject } from './stored.ts'

type Headers = ReadonlyMap<string, string>

const etagMatches = (condition: string, etag: string): boolean =>
  condition
    .split(',')
    .map((candidate) =>
      candidate
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .some((candidate) => candidate === '*' || candidate === etag)

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)

function dateIn(headers: Headers, name: string): number | undefined {
  const date = new Date(headers.get(name) ?? '')
  return Number.isNaN(date.getTime()) ? undefined : seconds(date)
}

/**
 * Checks the conditions of a read in the order of RFC 9110. Throws PreconditionFailed.
 * `prefix` is `x-amz-copy-source-` for the source of a copy.
 */
export function readConditions(
  headers: Headers,
  object: StoredObject,
  prefix = '',
): 'modified' | 'not-modified' {
  const ifMatch = headers.get(`${prefix}if-match`)
  const ifNoneMatch = headers.get(`${prefix}if-none-match`)
  const modified = seconds(object.modifiedAt)
  const since = dateIn(headers, `${prefix}if-modified-since`)
  const until = dateIn(headers, `${prefix}if-unmodified-since`)
  if (ifMatch !== undefined) {
    if (!etagMatches(ifMatch, object.etag)) throw failed('If-Match')
  } else if (until !== undefined && modified > until) throw failed('If-Unmodified-Since')
  if (ifNoneMatch !== undefined)
    return etagMatches(ifNoneMatch, object.etag) ? 'not-modified' : 'modified'
  return since !== undefined && modified <= since ? 'not-modified' : 'modified'
}

const failed = (condition: string) =>
  new S3Error('PreconditionFailed', undefined, { Condition: condition })

/** Checks the conditions of a write or delete against what the key points to now. */
export function writeConditions(headers: Headers, current: StoredObject | undefined): void {
  const ifNoneMatch = headers.get('if-none-match')
  const ifMatch = headers.get('if-match')
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*' || ifMatch !== undefined)
      throw new S3Error('NotImplemented', 'A write takes If-None-Match: * or If-Match, not more.')
    if (current !== undefined) throw failed('If-None-Match')
  }
  if (ifMatch === undefined) return
  if (current === undefined) throw new S3Error('NoSuchKey')
  if (!etagMatches(ifMatch, current.etag)) throw failed('If-Match')
}
