import { SourceBusyError, SourceUnauthorizedError } from '../../application/ports/source-reader.ts'
import { FailureError } from '../../domain/failure.ts'
import type { SourceValidator } from '../../domain/transfer.ts'

export type Headers = Readonly<Record<string, string>>

/** What an answer says about the content, `bytes` being that of the whole. */
export function validatorOf(status: number, headers: Headers): SourceValidator {
  const range = contentRange(headers)
  return {
    etag: headers['etag'] ?? null,
    lastModified: headers['last-modified'] ?? null,
    bytes: status === 200 ? wholeNumber(headers['content-length']) : (range?.total ?? null),
    acceptsRanges: status === 206 || headers['accept-ranges']?.toLowerCase() === 'bytes',
    contentType: headers['content-type'] ?? null,
  }
}

/** The first byte and the total of a `Content-Range`, each null where unknown; undefined when it is malformed. */
export function contentRange(headers: Headers) {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/i.exec(headers['content-range'] ?? '')
  if (match === null) return undefined
  return { start: wholeNumber(match[1]), total: wholeNumber(match[2]) }
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** What an answer other than 200, 206 and 416 means. */
export function refusedAnswer(status: number, headers: Headers, now: Date): FailureError {
  const message = `The source answered ${status}.`
  if (status === 404 || status === 410) return new FailureError('source-gone', message)
  if (status === 412) return new FailureError('source-changed', message)
  if (status >= 500 || status === 429 || status === 408 || status === 425) {
    const wait = retryAfterMs(headers['retry-after'], now)
    return wait === null
      ? new FailureError('no-progress', message)
      : new SourceBusyError(message, wait)
  }
  if (status === 401 || status === 403) return new SourceUnauthorizedError(message)
  return new FailureError('source-refused', message)
}

function retryAfterMs(text: string | undefined, now: Date): number | null {
  if (text === undefined) return null
  const seconds = wholeNumber(text)
  if (seconds !== null) return seconds * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime())
}
