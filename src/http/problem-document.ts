import { ProblemError, type ProblemCode, type ProblemPart } from '../domain/problem.ts'

/** The body of an `application/problem+json` answer (RFC 9457). */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string
  readonly instance: string
  readonly errors?: readonly ProblemPart[]
  readonly nextStep?: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `status` differs from the catalogue only where HTTP itself has a narrower one. */
export function problemDocument(
  problem: ProblemError,
  correlationId: string,
  status = problem.status,
): ProblemDocument {
  return {
    type: `urn:dataspace-compute:problem:${problem.code}`,
    title: problem.title,
    status,
    code: problem.code,
    detail: problem.detail,
    instance: `urn:${uuid.test(correlationId) ? 'uuid' : 'dataspace-compute:request'}:${correlationId}`,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    ...(problem.nextStep === undefined ? {} : { nextStep: problem.nextStep }),
  }
}

export function problemHeaders(problem: ProblemError): Record<string, string> {
  return {
    ...(problem.retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(problem.retryAfterSeconds) }),
    ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  }
}

/** What a caller sees of an error: a problem as it is, anything else as an internal error without details. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  return new ProblemError('internal', 'Something went wrong. Quote the id to the operator.', {
    cause: error,
  })
}

/** A request that is wrong at the given places. */
export function invalidRequest(...errors: ProblemPart[]): ProblemError {
  const places = errors.length === 1 ? '1 place is' : `${errors.length} places are`
  return new ProblemError('invalid-request', `${places} wrong.`, { errors })
}
