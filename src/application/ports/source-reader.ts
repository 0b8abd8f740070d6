import type { Readable } from 'node:stream'
import type { Source } from '../../domain/data-address.ts'
import { FailureError } from '../../domain/failure.ts'
import type { SourceValidator } from '../../domain/transfer.ts'

/** One opened read of a source, from `start` on. */
export interface SourceStream {
  readonly validator: SourceValidator
  /** Offset of the first byte of `body`: `start`, or 0 where the source takes no ranges. */
  readonly start: number
  /** Its chunks become the reader's, who may use up their memory. */
  readonly body: Readable
}

/**
 * Reads sources with the rights that came with their address, and no others, through the guarded client.
 * Throws `FailureError`: `address-refused` (egress), `source-refused` (401, 403), `source-gone` (404, 410),
 * `source-changed` (the validator does not hold any more), `store-unavailable` is never used here;
 * anything that may pass by itself (connection, time-out, 5xx, 429) is `no-progress`.
 */
export interface SourceReader {
  /** Opens the source at `start`; `expected` must still hold when it is given (`If-Range`, `If-Match`). */
  open(
    source: Source,
    start: number,
    expected: SourceValidator | null,
    signal: AbortSignal,
  ): Promise<SourceStream>
}

/** The source asked for a pause (`Retry-After`). */
export class SourceBusyError extends FailureError {
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number) {
    super('no-progress', message)
    this.retryAfterMs = retryAfterMs
  }
}

/** The source does not take the authorisation of its address (401, 403): it may have ended. */
export class SourceUnauthorizedError extends FailureError {
  constructor(message: string) {
    super('source-refused', message)
  }
}
