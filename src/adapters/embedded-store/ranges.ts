import { S3Error } from './s3-error.ts'

/** Byte positions, both inclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Reads one byte range of RFC 9110; anything else is as if no range was asked for.
 * Throws InvalidRange when the range lies outside.
 */
export function readRange(header: string | undefined, size: number): Range | undefined {
  const match = /^bytes=(\d{0,16})-(\d{0,16})$/.exec(header?.trim() ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const unsatisfiable = new S3Error('InvalidRange', undefined, { ActualObjectSize: String(size) })
  if (first === '') {
    const length = Math.min(Number(last), size)
    if (length === 0) throw unsatisfiable
    return { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) throw unsatisfiable
  return { start, end }
}

/** Reads `x-amz-copy-source-range`, which must lie inside the source. */
export function readCopyRange(header: string | undefined, size: number): Range | undefined {
  if (header === undefined) return undefined
  const match = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(header.trim())
  const start = Number(match?.[1])
  const end = Number(match?.[2])
  if (match === null || end < start) throw new S3Error('InvalidArgument', 'The range is not valid.')
  if (end >= size)
    throw new S3Error('InvalidArgument', 'The range is not inside of the source object.')
  return { start, end }
}
