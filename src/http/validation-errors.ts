import type { ErrorObject } from 'ajv'
import { bounds } from '../domain/bounds.ts'
import type { ProblemPart } from '../domain/problem.ts'

const branch = /^(.*\/(?:oneOf|anyOf))\/(\d+)\//

/** Ajv's errors as parts of a problem document. Pointers name body members directly, parameters below their place. */
export function problemParts(errors: readonly ErrorObject[]): ProblemPart[] {
  const seen = new Set<string>()
  const parts: ProblemPart[] = []
  for (const error of nearestBranch(errors)) {
    const part = problemPart(error)
    const key = `${part.pointer} ${part.code}`
    if (seen.has(key)) continue
    seen.add(key)
    parts.push(part)
  }
  return parts.slice(0, bounds.http.problemParts)
}

/** Of alternatives that all fail, only what is wrong with the one that fits best. */
function nearestBranch(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const counts = new Map<string, Map<string, number>>()
  for (const { schemaPath } of errors) {
    const match = branch.exec(schemaPath)
    if (match?.[1] === undefined || match[2] === undefined) continue
    const branches = counts.get(match[1]) ?? new Map<string, number>()
    branches.set(match[2], (branches.get(match[2]) ?? 0) + 1)
    counts.set(match[1], branches)
  }
  if (counts.size === 0) return errors
  const best = new Map(
    [...counts].map(([path, branches]) => [
      path,
      [...branches].reduce((a, b) => (b[1] < a[1] ? b : a))[0],
    ]),
  )
  return errors.filter(({ schemaPath }) => {
    if (best.has(schemaPath)) return false
    const match = branch.exec(schemaPath)
    return match === null || best.get(match[1] ?? '') === match[2]
  })
}

function problemPart(error: ErrorObject): ProblemPart {
  const params = error.params as Readonly<Record<string, unknown>>
  const member = params.missingProperty ?? params.additionalProperty ?? params.propertyName
  const path = error.instancePath.replace(/^\/requestBody/, '')
  const pointer = typeof member === 'string' ? `${path}/${escapePointer(member)}` : path
  return { pointer, code: error.keyword, detail: sentence(error, pointer, params) }
}

function sentence(error: ErrorObject, pointer: string, params: Readonly<Record<string, unknown>>) {
  switch (error.keyword) {
    case 'required':
      return pointer === '/requestBody' ? 'a body is required' : 'is required'
    case 'additionalProperties':
      return pointer.startsWith('/query/') ? 'is not a parameter of this operation' : 'is not known'
    case 'enum':
      return Array.isArray(params.allowedValues)
        ? `must be one of ${params.allowedValues.map(String).join(', ')}`
        : 'is not allowed'
    case 'pattern':
      return 'is not well formed'
    default:
      return error.message ?? 'is not valid'
  }
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
