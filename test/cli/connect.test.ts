import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startEdcConnector } from '../support/edc-connector.ts'
import { edcControlPlane, pathSecret } from '../support/edc-fixture.ts'
import { lookAtDataPlanes, startEdcManagement } from '../support/edc-management.ts'
import { programPath, startUnderTest } from '../support/service-under-test.ts'

const key = 'canary-management-key'

function connect(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: number; text: string }>((resolve) => {
    const command = [programPath, 'connect', ...args]
    execFile(process.execPath, command, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1
      resolve({ code, text: stdout + stderr })
    })
  })
}

async function beside(t: TestContext) {
  const connector = await startEdcConnector()
  t.after(() => connector[Symbol.asyncDispose]())
  const management = await startEdcManagement(t, { connector, key })
  const register = { register: true, management: { url: `${management.url}/v3`, key } }
  const world = await startUnderTest({
    controlPlanes: { 'edc.control-plane.yaml': edcControlPlane(connector, register) },
  })
  t.after(() => world[Symbol.asyncDispose]())
  const keyFile = join(world.directory, 'data', 'keys', 'management-key')
  return { connector, management, world, keyFile }
}

test('each check is a line; all pass: 0, however the service is found', async (t) => {
  const { connector, world, keyFile } = await beside(t)
  lookAtDataPlanes(connector)
  const ready = join(world.directory, 'ready.json')
  writeFileSync(
    ready,
    JSON.stringify({ managementUrl: world.managementUrl, managementKeyFile: keyFile }),
  )
  const dataDirectory = join(world.directory, 'data')
  const ways = [
    await connect(['edc', '--url', world.managementUrl, '--key-file', keyFile]),
    await connect(['edc', '--ready-file', ready]),
    await connect(['edc'], {
      DSC_MANAGEMENT_URL: world.managementUrl,
      DSC_DATA_DIR: dataDirectory,
    }),
    await connect(['edc', '--url', `${world.managementUrl}/`], {
      DSC_MANAGEMENT_KEY: world.service.secrets.managementKey,
    }),
  ]
  for (const { code, text } of ways) {
    assert.equal(code, 0, text)
    for (const name of [
      'control API',
      'management key',
      'API version',
      'registration',
      'registered URL',
      'callback',
    ])
      assert.match(text, new RegExp(`^ok {4}${name}: `, 'm'))
    assert.match(text, /^warn {2}participant: .*\n {6}-> Connect again/m)
    assert.doesNotMatch(text, /canary/)
    assert(!text.includes(pathSecret))
  }
})

test('a check that fails: its remedy, and 1', async (t) => {
  const { connector, world, keyFile } = await beside(t)
  connector.interfere = () => 503
  const { code, text } = await connect(['edc', '--url', world.managementUrl, '--key-file', keyFile])
  assert.equal(code, 1, text)
  assert.match(text, /^FAIL {2}control API: answers 503\n {6}-> See the connector’s log\.$/m)
})

test('what stands in the way of asking at all is told with a remedy', async (t) => {
  const { world, keyFile } = await beside(t)
  const wrong = join(world.directory, 'wrong-key')
  writeFileSync(wrong, 'canary-wrong\n')
  const at = ['--url', world.managementUrl]
  const refused = await connect(['edc', ...at, '--key-file', wrong])
  assert.match(refused.text, /^FAIL {2}service: refuses the management key\n {6}-> .*--key-file/)
  const unknown = await connect(['other', ...at, '--key-file', keyFile])
  assert.match(unknown.text, /^FAIL {2}service: has no such control plane\n {6}-> /)
  const silent = await connect(['edc', '--url', 'http://127.0.0.1:9', '--key-file', keyFile])
  assert.match(
    silent.text,
    /^FAIL {2}service: no answer at http:\/\/127\.0\.0\.1:9: .*\n {6}-> Start it/,
  )
  const keyless = await connect(['edc', ...at], { DSC_DATA_DIR: join(world.directory, 'none') })
  assert.match(keyless.text, /There is no management key in .*--key-file/)
  const usage = await connect([])
  assert.match(usage.text, /needs the id/)
  const option = await connect(['edc', '--oops'])
  const codes = [refused, unknown, silent, keyless, usage, option].map(({ code }) => code)
  assert.deepEqual(codes, [1, 1, 1, 1, 2, 1])
  for (const { text } of [refused, unknown, silent, keyless, option])
    assert.doesNotMatch(text, /canary/)
})
