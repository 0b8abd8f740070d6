import { FailureError } from '../../domain/failure.ts'

/** Finds the failure that a client library has wrapped, however deep. */
export function wrappedFailure(error: unknown): FailureError | undefined {
  let current: unknown = error
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    if (current instanceof FailureError) return current
    current = current.cause
  }
  return undefined
}

/** A refusal stays one; everything else that kept a request from being answered is `no-progress`. */
export function outboundFailure(error: unknown, message: string): FailureError {
  return wrappedFailure(error) ?? new FailureError('no-progress', message, { cause: error })
}
