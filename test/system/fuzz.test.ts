import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { property } from '../support/control-plane-under-test.ts'
import { pythonEnvironment } from '../support/python-environment.ts'
import { startSignaling, type SignalingUnderTest } from '../support/signaling-fixture.ts'

/**
 * schemathesis sends what the three OpenAPI documents of a running service allow, and what they do not. No answer may
 * be 5xx or unfit for its document; the service's own check of its answers runs beside it.
 */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]

let program = ''
let folder = ''
let signaling: SignalingUnderTest

before(async () => {
  const requirements = new URL('fuzz/requirements.txt', import.meta.url)
  program = join(await pythonEnvironment('fuzz', requirements), 'schemathesis')
  folder = await mkdtemp(join(tmpdir(), 'fuzz-'))
  signaling = await startSignaling()
})

after(async () => {
  await rm(folder, { recursive: true, force: true })
  await signaling[Symbol.asyncDispose]()
})

interface Told {
  readonly failed: boolean
  readonly cases: number
  readonly output: string
}

const fuzz = (seconds: number, url: string, ...more: readonly string[]) =>
  new Promise<Told>((resolve) => {
    const bounds = ['--max-examples', '20', '--max-time', String(seconds)]
    const fixed = ['--seed', '1', '--generation-database', 'none']
    const asked = ['--phases', 'examples,coverage,fuzzing', '--checks', checks.join(',')]
    const caller = ['--generation-with-security-parameters', 'false', ...more]
    const form = ['--no-color', '--warnings', 'off', '--continue-on-failure']
    execFile(
      program,
      [
        'run',
        `${url}/openapi.json`,
        '--url',
        url,
        ...bounds,
        ...fixed,
        ...asked,
        ...caller,
        ...form,
      ],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C.UTF-8' },
        maxBuffer: 64 * 1024 * 1024,
        timeout: (seconds + 60) * 1000,
      },
      (error, stdout, stderr) => {
        const cases = Number(/(\d+) generated/.exec(stdout)?.[1] ?? 0)
        resolve({ failed: error !== null, cases, output: stdout + stderr })
      },
    )
  })

function assertFits({ failed, cases, output }: Told): void {
  assert.ok(!failed, output.slice(0, 20_000))
  assert.ok(cases > 50, `only ${cases} cases:\n${output}`)
}

test('the consumer API answers everything as its document says', async (context) => {
  const started = await signaling.start()
  const token = `Authorization: Bearer ${property(started, 'authorization')}`
  // The one ends what the others need; the other waits for events as long as it is asked to.
  const left = ['endWorkspace', 'listEvents'].flatMap((id) => ['--exclude-operation-id', id])
  const told = await fuzz(20, signaling.under.consumerUrl, '--header', token, ...left)
  assertFits(told)
  context.diagnostic(`${told.cases} cases`)
})

test('the signaling API answers everything as its document says', async (context) => {
  const told = await fuzz(10, signaling.under.connectorUrl)
  assertFits(told)
  context.diagnostic(`${told.cases} cases`)
})

test('the management API answers everything as its document says', async (context) => {
  const { under } = signaling
  const key = `X-Api-Key: ${under.service.secrets.managementKey}`
  const told = await fuzz(10, under.managementUrl, '--header', key)
  assertFits(told)
  context.diagnostic(`${told.cases} cases`)
})
