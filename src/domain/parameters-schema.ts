import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { ProblemPart } from './problem.ts'
import { consumerVariableProblem } from './variable-name.ts'
import { jsonPointer } from './zod-problems.ts'

export type ParametersSchema = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The parameters that a service declares: the properties of its schema. */
export function declaredParameters(schema: ParametersSchema): Readonly<Record<string, unknown>> {
  const { properties } = schema
  return isRecord(properties) ? properties : {}
}

/** Compiles a schema (JSON Schema 2020-12). Nothing is fetched: a reference outside of it throws. */
export function compileParameters(schema: ParametersSchema): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(schema)
}

/** What is wrong in the schema of a service's parameters. Only declared properties become variables. */
export function parametersSchemaProblems(schema: ParametersSchema): readonly ProblemPart[] {
  const at = (path: readonly string[], code: string, detail: string): ProblemPart => ({
    pointer: jsonPointer(['parameters', ...path]),
    code,
    detail,
  })
  if (schema['type'] !== 'object') return [at(['type'], 'const', 'must be object')]
  const problems = ['patternProperties', 'unevaluatedProperties'].flatMap((keyword) =>
    Object.hasOwn(schema, keyword)
      ? [at([keyword], 'not-allowed', 'names of parameters are listed in properties')]
      : [],
  )
  if (schema['additionalProperties'] !== false) {
    problems.push(at(['additionalProperties'], 'const', 'must be false: other names are refused'))
  }
  for (const name of Object.keys(declaredParameters(schema))) {
    const problem = consumerVariableProblem(name)
    if (problem !== undefined) problems.push(at(['properties', name], 'pattern', problem))
  }
  if (problems.length > 0) return problems
  try {
    compileParameters(schema)
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it does not compile'
    return [at([], 'schema', `is not a JSON Schema (2020-12): ${reason.slice(0, 500)}`)]
  }
}
