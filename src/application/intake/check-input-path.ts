import { pathProblem } from '../../domain/object-path.ts'
import { ProblemError } from '../../domain/problem.ts'

/** Throws `invalid-request` for a path below a directory input that could not be a file's. */
export function checkInputPath(path: string | undefined): void {
  const problem = path === undefined ? null : pathProblem(path)
  if (problem === null) return
  throw new ProblemError('invalid-request', `The path cannot be a file's: ${problem}.`, {
    errors: [{ pointer: '/query/path', code: 'path', detail: problem }],
  })
}
