import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '../../src/domain/canonical-json.ts'
import { mountPathProblem } from '../../src/domain/compute-service-rules.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'
import { defaultLimits } from '../../src/domain/compute-service.ts'
import { ProblemError } from '../../src/domain/problem.ts'

const smallest = { id: 'sum', title: 'Sum', worker: { command: ['node', 'main.mjs'] } }

/** Pointers and codes of what is wrong. */
function problemsOf(value: unknown): Record<string, string> {
  try {
    parseServiceContent(value)
  } catch (error) {
    assert(error instanceof ProblemError)
    assert.equal(error.code, 'invalid-request')
    return Object.fromEntries(error.errors.map(({ pointer, code }) => [pointer, code]))
  }
  return {}
}

test('the smallest service gets every default', () => {
  const { id, content } = parseServiceContent(smallest)
  assert.equal(id, 'sum')
  assert.deepEqual(content.limits, defaultLimits)
  assert.deepEqual(content.parameters, { type: 'object', additionalProperties: false })
  assert.equal(content.worker.user, 'image')
  assert.equal(content.outputDirectory, null)
  assert.equal(content.onSuspend, 'continue')
})

test('inputs and outputs are required unless the service says otherwise', () => {
  const { content } = parseServiceContent({
    ...smallest,
    inputs: [{ name: 'a', kind: 'file', mountPath: '/in' }],
    outputs: [
      { name: 'b', kind: 'file' },
      { name: 'c', kind: 'file', required: false },
    ],
    outputDirectory: '/out',
  })
  assert.deepEqual(
    [...content.inputs, ...content.outputs].map(({ required }) => required),
    [true, true, false],
  )
})

test('the same content in another order of fields has the same canonical text', () => {
  const one = parseServiceContent({ ...smallest, limits: { attempts: 3, runSeconds: 60 } })
  const other = parseServiceContent({ limits: { runSeconds: 60 }, ...smallest, datasets: [] })
  assert.equal(canonicalJson(one.content), canonicalJson(other.content))
})

const wrong: readonly (readonly [reason: string, change: object, pointer: string, code: string])[] =
  [
    ['an unknown field is a typing error', { titel: 'x' }, '/titel', 'additionalProperties'],
    ['a title is needed', { title: undefined }, '/title', 'required'],
    ['neither image nor command', { worker: {} }, '/worker', 'required'],
    [
      'the agent sets DSC_ variables',
      { worker: { image: 'i', env: { DSC_X: '1' } } },
      '/worker/env/DSC_X',
      'pattern',
    ],
    [
      'a secret is named with its key',
      { worker: { image: 'i', secretEnv: { A: 'b' } } },
      '/worker/secretEnv/A',
      'pattern',
    ],
    [
      'a user by name',
      { worker: { image: 'i', user: 'nobody' } },
      '/worker/user',
      'invalid_format',
    ],
    [
      'a mount below /proc',
      { inputs: [{ name: 'a', kind: 'file', mountPath: '/proc/self' }] },
      '/inputs/0/mountPath',
      'path',
    ],
    [
      'a file without a place',
      { inputs: [{ name: 'a', kind: 'file' }] },
      '/inputs/0/mountPath',
      'required',
    ],
    [
      'an environment with a place',
      { inputs: [{ name: 'a', kind: 'environment', mountPath: '/in' }] },
      '/inputs/0/mountPath',
      'not-allowed',
    ],
    [
      'a name twice',
      {
        inputs: [
          { name: 'a', kind: 'environment' },
          { name: 'a', kind: 'environment' },
        ],
      },
      '/inputs/1/name',
      'unique',
    ],
    [
      'outputs without a directory',
      { outputs: [{ name: 'a', kind: 'file' }] },
      '/outputDirectory',
      'required',
    ],
    [
      'an input over the outputs',
      {
        inputs: [{ name: 'a', kind: 'archive', mountPath: '/w/out/in' }],
        outputDirectory: '/w/out',
      },
      '/inputs/0/mountPath',
      'overlap',
    ],
    ['a limit of nothing', { limits: { runSeconds: 0 } }, '/limits/runSeconds', 'too_small'],
    [
      'a quantity with a wrong unit',
      { resources: { memory: '4GB' } },
      '/resources/memory',
      'invalid_format',
    ],
    ['a network that is none', { egress: [{ cidr: '10.0.0.0/99' }] }, '/egress/0/cidr', 'format'],
    [
      'parameters that are no object',
      { parameters: { type: 'array' } },
      '/parameters/type',
      'const',
    ],
    [
      'a parameter that would be PATH',
      { parameters: { properties: { PATH: {} } } },
      '/parameters/properties/PATH',
      'pattern',
    ],
    [
      'a parameter that would load a library',
      { parameters: { properties: { LD_PRELOAD: {} } } },
      '/parameters/properties/LD_PRELOAD',
      'pattern',
    ],
    [
      'parameters of any name',
      { parameters: { additionalProperties: true } },
      '/parameters/additionalProperties',
      'const',
    ],
    [
      'a schema that does not compile',
      { parameters: { properties: { A: { type: 'text' } } } },
      '/parameters',
      'schema',
    ],
    [
      'a schema from elsewhere',
      { parameters: { properties: { A: { $ref: 'https://example.com/s' } } } },
      '/parameters',
      'schema',
    ],
  ]

for (const [reason, change, pointer, code] of wrong) {
  test(`refused with its place: ${reason}`, () => {
    assert.equal(problemsOf({ ...smallest, ...change })[pointer], code)
  })
}

test('all wrong places are named at once', () => {
  const found = problemsOf({ ...smallest, title: '', limits: { attempts: 0 }, x: 1 })
  assert.deepEqual(Object.keys(found).sort(), ['/limits/attempts', '/title', '/x'])
})

test('mount paths are absolute, normalised and nobody else’s', () => {
  for (const path of ['/work/in', '/a', '/home/user/out', '/system', '/data.d/x'])
    assert.equal(mountPathProblem(path), undefined, path)
  for (const path of [
    '/',
    'work',
    '/a/',
    '/a//b',
    '/a/../b',
    '/./a',
    '/proc',
    '/dev/shm',
    '/sys',
    '/dsc',
    '/dsc-agent/x',
    '/a\nb',
    '/a\\b',
  ])
    assert.notEqual(mountPathProblem(path), undefined, path)
})
