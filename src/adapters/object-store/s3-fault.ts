import { FailureError } from '../../domain/failure.ts'
import { PreconditionError } from '../../application/ports/object-store.ts'

/** What a store answered instead of success. `code` is empty and `status` undefined where there is none. */
export interface StoreFault {
  readonly code: string
  readonly status: number | undefined
}

/** Total limits of calls in milliseconds, the SDK's own retries included. */
export const storeLimits = {
  smallMs: 30_000,
  completeMs: 300_000,
  /** A read must begin within this; its body must then not pause for longer than this. */
  readMs: 30_000,
  /** The slowest upload of a part that is still waited for, in bytes per second. */
  uploadBytesPerSecond: 64 * 1024,
} as const

export interface CallScope {
  readonly signal?: AbortSignal | undefined
  readonly limitMs: number
}

/**
 * Makes one call of a store under the caller's signal and a total limit. `recover` gives the value that
 * an expected fault stands for, or undefined for any other; those are thrown, translated.
 * An abort by the caller rejects with the signal's reason.
 */
export async function storeCall<T, R = never>(
  scope: CallScope,
  call: (options: { abortSignal: AbortSignal }) => Promise<T>,
  recover?: (fault: StoreFault) => R | undefined,
): Promise<T | R> {
  const limit = AbortSignal.timeout(scope.limitMs)
  const abortSignal = scope.signal === undefined ? limit : AbortSignal.any([scope.signal, limit])
  try {
    return await call({ abortSignal })
  } catch (error) {
    scope.signal?.throwIfAborted()
    const recovered = recover?.(storeFault(error))
    if (recovered !== undefined) return recovered
    throw storeError(error)
  }
}

/** Reads code and status from an error of the SDK; some stores answer without a code. */
export function storeFault(error: unknown): StoreFault {
  if (typeof error !== 'object' || error === null) return { code: '', status: undefined }
  const metadata = '$metadata' in error ? error.$metadata : undefined
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined
  const name = 'name' in error && typeof error.name === 'string' ? error.name : ''
  return {
    code: /^(Error|UnknownError|Unknown|\d+)$/.test(name) ? '' : name,
    status: typeof status === 'number' ? status : undefined,
  }
}

/** The one translation of vendor errors: `PreconditionError`, `store-unavailable` or `internal`. */
export function storeError(error: unknown): Error {
  if (error instanceof FailureError || error instanceof PreconditionError) return error
  const { code, status } = storeFault(error)
  const said = [status, code].filter((part) => part !== undefined && part !== '').join(' ')
  if (status === 412 || code === 'PreconditionFailed' || code === 'ConditionalRequestConflict') {
    return new PreconditionError('The object is not as expected.', { cause: error })
  }
  if (status === undefined) {
    return new FailureError('store-unavailable', 'The object store did not answer.', {
      cause: error,
    })
  }
  if (status >= 500 || status === 429 || status === 408) {
    return new FailureError('store-unavailable', `The object store answered ${said}.`, {
      cause: error,
    })
  }
  if (status === 401 || status === 403) {
    return new FailureError('store-unavailable', `The object store refused access (${said}).`, {
      cause: error,
    })
  }
  return new FailureError('internal', `The object store refused a request (${said}).`, {
    cause: error,
  })
}

const missingCodes = new Set(['NoSuchKey', 'NoSuchUpload', 'NotFound', ''])

/** The key or upload is not there; a missing bucket is another matter where the store says so. */
export const isMissing = (fault: StoreFault) => fault.status === 404 && missingCodes.has(fault.code)

export const isMissingBucket = (fault: StoreFault) =>
  fault.code === 'NoSuchBucket' || (fault.status === 404 && missingCodes.has(fault.code))

const unsupportedCodes = new Set(['NotImplemented', 'XNotImplemented', 'MethodNotAllowed'])

/** The store does not have this operation. */
export const isUnsupported = (fault: StoreFault) =>
  fault.status === 501 || fault.status === 405 || unsupportedCodes.has(fault.code)
