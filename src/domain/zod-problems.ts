import type { ZodError } from 'zod'
import type { ProblemPart } from './problem.ts'

/** A JSON pointer (RFC 6901) to a path of keys. */
export const jsonPointer = (path: readonly PropertyKey[]) =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** What zod found, as parts of a problem: each unknown field is a place of its own. */
export function zodProblems(error: ZodError): readonly ProblemPart[] {
  return error.issues.flatMap((issue): ProblemPart[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: jsonPointer([...issue.path, key]),
        code: 'additionalProperties',
        detail: 'is not a known field',
      }))
    }
    const missing = issue.code === 'invalid_type' && issue.input === undefined
    return [
      {
        pointer: jsonPointer(issue.path),
        code: missing ? 'required' : issue.code,
        detail: missing ? 'is missing' : issue.message,
      },
    ]
  })
}
