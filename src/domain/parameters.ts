import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import type { ComputeServiceVersion } from './compute-service.ts'
import {
  compileParameters,
  declaredParameters,
  isRecord,
  type ParametersSchema,
} from './parameters-schema.ts'
import { ProblemError, type ProblemPart } from './problem.ts'
import { jsonPointer } from './zod-problems.ts'

type Values = Readonly<Record<string, unknown>>

/** Parameters that fit: the ones that are shown, and the secret ones (`writeOnly`). */
export interface CheckedParameters {
  readonly shown: Values
  readonly secret: Values
}

/** What the operating system takes for one variable, with its name. */
const maxVariableBytes = 128 * 1024 - 1
const maxAllBytes = 512 * 1024
const keptSchemas = 200
const compiled = new Map<string, ValidateFunction>()

/** Compiled once for each content; the least lately used one goes. */
function validatorOf(contentSha256: string, schema: ParametersSchema): ValidateFunction {
  const known = compiled.get(contentSha256)
  compiled.delete(contentSha256)
  const validate = known ?? compileParameters(schema)
  compiled.set(contentSha256, validate)
  const [oldest] = compiled.keys()
  if (compiled.size > keptSchemas && oldest !== undefined) compiled.delete(oldest)
  return validate
}

/**
 * Checks a job's parameters against the schema of the service's version. Throws `invalid-parameters` with a pointer
 * below `/parameters` for each wrong place; no value is ever repeated in it.
 */
export function checkParameters(
  version: Pick<ComputeServiceVersion, 'serviceId' | 'version' | 'content' | 'contentSha256'>,
  values: Values,
): CheckedParameters {
  const schema = version.content.parameters
  const validate = validatorOf(version.contentSha256, schema)
  const errors = validate(values) ? sizeProblems(values) : (validate.errors ?? []).map(partOf)
  if (errors.length > 0) throw invalidParameters(version, errors)
  const declared = declaredParameters(schema)
  const isSecret = ([name]: [string, unknown]) => {
    const property = declared[name]
    return isRecord(property) && property['writeOnly'] === true
  }
  const entries = Object.entries(values)
  return {
    shown: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: Object.fromEntries(entries.filter(isSecret)),
  }
}

function invalidParameters(
  { serviceId, version }: Pick<ComputeServiceVersion, 'serviceId' | 'version'>,
  errors: readonly ProblemPart[],
): ProblemError {
  const wrong = new Set(errors.map(({ pointer }) => pointer.split('/')[2])).size
  const are = wrong === 1 ? '1 parameter' : `${wrong} parameters`
  const detail = `${are} of ${serviceId} version ${version} ${wrong === 1 ? 'is' : 'are'} wrong.`
  const nextStep = `GET /v1/services/${serviceId} shows the schema.`
  return new ProblemError('invalid-parameters', detail, { errors, nextStep })
}

function partOf(error: ErrorObject): ProblemPart {
  const at = `/parameters${error.instancePath}`
  const parameters: Values = error.params
  if (error.keyword === 'additionalProperties' && error.instancePath === '') {
    const name = String(parameters['additionalProperty'])
    return {
      pointer: at + jsonPointer([name]),
      code: error.keyword,
      detail: 'is not a parameter of this service',
    }
  }
  if (error.keyword === 'required') {
    const name = String(parameters['missingProperty'])
    return { pointer: at + jsonPointer([name]), code: error.keyword, detail: 'is missing' }
  }
  return { pointer: at, code: error.keyword, detail: error.message ?? 'does not fit' }
}

/** What no environment can hold. */
function sizeProblems(values: Values): readonly ProblemPart[] {
  const variables = Object.entries(parameterVariables(values))
  const problems = variables.flatMap(([name, text]): ProblemPart[] => {
    const pointer = `/parameters${jsonPointer([name])}`
    if (text.includes('\0')) return [{ pointer, code: 'format', detail: 'must not hold NUL' }]
    return byteLength(name) + byteLength(text) + 1 <= maxVariableBytes
      ? []
      : [{ pointer, code: 'maxLength', detail: 'must be shorter than 128 KiB' }]
  })
  const total = variables.reduce(
    (sum, [name, text]) => sum + byteLength(name) + byteLength(text),
    0,
  )
  if (problems.length > 0 || total <= maxAllBytes) return problems
  return [{ pointer: '/parameters', code: 'maxLength', detail: 'must be shorter than 512 KiB' }]
}

const byteLength = (text: string) => new TextEncoder().encode(text).length

/** Parameters as environment variables: strings as they are, everything else as JSON text. */
export function parameterVariables(values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}
