import { FailureError } from '../../domain/failure.ts'
import { ProblemError, type ProblemCode } from '../../domain/problem.ts'

const codes: Readonly<Record<string, ProblemCode>> = {
  'length-mismatch': 'length-mismatch',
  'digest-mismatch': 'digest-mismatch',
  'limit-reached': 'too-large',
  'input-too-large': 'too-large',
  'store-unavailable': 'store-unavailable',
  'scratch-full': 'store-unavailable',
}

/** What the sender of bytes is told when they could not be taken. */
export function uploadProblem(error: unknown): unknown {
  if (!(error instanceof FailureError)) return error
  const code = codes[error.failure.code]
  if (code !== undefined) return new ProblemError(code, error.failure.message, { cause: error })
  return error.failure.code === 'no-progress'
    ? new ProblemError('invalid-request', 'The body ended before it was complete.', {
        cause: error,
      })
    : error
}
