import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqliteDatabase } from '../../src/adapters/database/database.ts'
import { startTokenIssuer } from '../support/token-issuer.ts'

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

async function folder(context: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'dsc-check-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Runs the command with free ports. */
function check(directory: string, variables: Record<string, string> = {}) {
  const ports = ['CONSUMER', 'CONNECTOR', 'MANAGEMENT', 'STORE'].map((name) => [
    `DSC_${name}_PORT`,
    '0',
  ])
  const env = {
    DSC_DATA_DIR: join(directory, 'data'),
    DSC_STORE_RESERVE_BYTES: '0',
    ...(Object.fromEntries(ports) as Record<string, string>),
    ...variables,
  }
  return new Promise<{ code: number; text: string }>((resolve) => {
    execFile(
      process.execPath,
      [program, 'check'],
      { env, timeout: 60_000 },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : 0
        resolve({ code, text: stdout + stderr })
      },
    )
  })
}

test('a fresh installation on loopback passes every check and leaves no bucket', async (context) => {
  const { code, text } = await check(await folder(context), { DSC_MANAGEMENT_KEY: 'canary-key' })
  assert.equal(code, 0, text)
  for (const name of [
    'database',
    'store objects',
    'sessions of consumers',
    'sessions of agents',
    'cutting sessions',
    'store removal',
  ])
    assert.match(text, new RegExp(`^ok {4}${name}: `, 'm'))
  assert.match(text, /DSC_LINGER_SECONDS: 900\. How long a workspace waits/)
  assert.match(text, /DSC_MANAGEMENT_KEY: \(given\)/)
  assert.doesNotMatch(text, /canary/)
})

test('every problem of the configuration is told with what to do', async (context) => {
  const { code, text } = await check(await folder(context), {
    DSC_LINGER_SECOND: '1',
    DSC_STORE: 'tape',
  })
  assert.equal(code, 1)
  assert.match(text, /FAIL {2}configuration: DSC_LINGER_SECOND is not a setting/)
  assert.match(text, /FAIL {2}configuration: DSC_STORE must be embedded or s3/)
})

test('what cannot work is told: a taken port, a database in use, wrong files, an exposed listener', async (context) => {
  const directory = await folder(context)
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  context.after(() => server.close())
  const address = server.address()
  assert(typeof address === 'object' && address !== null)
  const taken = { DSC_CONSUMER_PORT: String(address.port), DSC_MANAGEMENT_HOST: '0.0.0.0' }
  await mkdir(join(directory, 'services'))
  await writeFile(join(directory, 'services', 'a.service.yaml'), 'id: a\n')
  const first = await check(directory, { ...taken, DSC_SERVICES_DIR: join(directory, 'services') })
  assert.equal(first.code, 1)
  assert.match(first.text, /FAIL {2}listener consumer: .*EADDRINUSE/)
  assert.match(first.text, /FAIL {2}local jobs: .*DSC_MANAGEMENT_HOST/)
  assert.match(first.text, /FAIL {2}files of services: a\.service\.yaml: \/title is missing/)
  const held = await openSqliteDatabase(join(directory, 'data', 'dataspace-compute.sqlite'))
  context.after(() => held[Symbol.asyncDispose]())
  const second = await check(directory)
  assert.equal(second.code, 1)
  assert.match(second.text, /FAIL {2}database: .*in use by another process/)
})

test('a service that this installation cannot run is a warning with the reason', async (context) => {
  const directory = await folder(context)
  await writeFile(join(directory, 'a.service.yaml'), 'id: a\ntitle: A\nworker: { image: i }\n')
  const { code, text } = await check(directory, { DSC_SERVICES_DIR: directory })
  assert.equal(code, 0, text)
  assert.match(text, /warn {2}service a: .*needs worker\.command/)
})

test('tokens and keys that control planes need are tried', async (context) => {
  const directory = await folder(context)
  const issuer = await startTokenIssuer(context)
  issuer.clients.set('us', 'canary-right')
  const inbound = issuer.inbound()
  for (const [id, secret] of [
    ['right', 'canary-right'],
    ['wrong', 'canary-wrong'],
  ] as const) {
    const callbacks = issuer.callbacks('http://127.0.0.1:1/signaling', 'us', secret)
    const definition = { id, protocol: 'dps', inbound, callbacks }
    await writeFile(join(directory, `${id}.control-plane.yaml`), JSON.stringify(definition))
  }
  const variables = { DSC_CONTROL_PLANES_DIR: directory }
  const first = await check(directory, variables)
  assert.equal(first.code, 1)
  assert.match(first.text, /ok {4}keys of right: read from http/)
  assert.match(first.text, /ok {4}callback token of right: got from http/)
  assert.match(first.text, /FAIL {2}callback token of wrong: .* 401: invalid_client.\n.*clientId/)
  assert.doesNotMatch(first.text, /canary/)
  issuer.state.jwksAnswer = { status: 404 }
  const second = await check(directory, variables)
  assert.match(second.text, /FAIL {2}keys of right: the key set at http.* answers 404\n.*jwksUri/)
})
