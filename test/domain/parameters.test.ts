import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import { checkParameters, parameterVariables } from '../../src/domain/parameters.ts'
import { ProblemError } from '../../src/domain/problem.ts'

const { content } = parseServiceContent({
  id: 'table-summary',
  title: 'Table',
  worker: { image: 'i' },
  parameters: {
    type: 'object',
    required: ['TITLE'],
    properties: {
      TITLE: { type: 'string', maxLength: 20 },
      ROWS: { type: 'integer' },
      WHEN: { type: 'string', format: 'date' },
      PASSWORD: { type: 'string', writeOnly: true },
    },
  },
})
const version = { serviceId: 'table-summary', version: 3, content, contentSha256: 'one' }

const problemOf = (values: Readonly<Record<string, unknown>>): ProblemError => {
  try {
    checkParameters(version, values)
  } catch (error) {
    assert(error instanceof ProblemError)
    return error
  }
  throw new Error('nothing is wrong')
}

test('fitting parameters are split into shown and secret ones', () => {
  assert.deepEqual(checkParameters(version, { TITLE: 'x', ROWS: 3, PASSWORD: 'p' }), {
    shown: { TITLE: 'x', ROWS: 3 },
    secret: { PASSWORD: 'p' },
  })
})

test('each wrong parameter is named with its place and what it must be', () => {
  const problem = problemOf({ TITLE: 1, TITEL: 'January', WHEN: 'soon' })
  assert.equal(problem.code, 'invalid-parameters')
  assert.equal(problem.detail, '3 parameters of table-summary version 3 are wrong.')
  assert.equal(problem.nextStep, 'GET /v1/services/table-summary shows the schema.')
  assert.deepEqual(
    new Set(problem.errors.map(({ pointer, code }) => `${pointer} ${code}`)),
    new Set([
      '/parameters/TITLE type',
      '/parameters/TITEL additionalProperties',
      '/parameters/WHEN format',
    ]),
  )
  const unknown = problem.errors.find(({ pointer }) => pointer === '/parameters/TITEL')
  assert.equal(unknown?.detail, 'is not a parameter of this service')
})

test('a missing parameter is named, and one is called one', () => {
  const problem = problemOf({})
  assert.deepEqual(problem.errors, [
    { pointer: '/parameters/TITLE', code: 'required', detail: 'is missing' },
  ])
  assert.equal(problem.detail, '1 parameter of table-summary version 3 is wrong.')
})

test('no value is repeated in a refusal', () => {
  const problem = problemOf({ TITLE: 'x', PASSWORD: ['canary-4711'], ROWS: 'canary-4711' })
  assert.doesNotMatch(JSON.stringify([problem.errors, problem.detail, problem.message]), /canary/)
})

test('what no environment can hold is refused', () => {
  assert.equal(problemOf({ TITLE: 'a\0b' }).errors[0]?.code, 'format')
  assert.equal(
    problemOf({ TITLE: 'x', PASSWORD: 'x'.repeat(131_072) }).errors[0]?.code,
    'maxLength',
  )
})

test('strings become variables as they are, everything else as JSON text', () => {
  assert.deepEqual(parameterVariables({ A: 'a "b"', B: 2, C: true, D: [1, 'x'], E: null }), {
    A: 'a "b"',
    B: '2',
    C: 'true',
    D: '[1,"x"]',
    E: 'null',
  })
})
