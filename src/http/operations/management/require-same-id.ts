import { ProblemError } from '../../../domain/problem.ts'

/** A PUT names its resource in the path; the body says the same. */
export function requireSameId(pathId: string, bodyId: string): void {
  if (pathId === bodyId) return
  throw new ProblemError('invalid-request', 'The id of the body is not the id of the path.', {
    errors: [{ pointer: '/id', code: 'const', detail: `must be ${pathId}` }],
  })
}
