import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { newDirectory } from '../support/service-under-test.ts'
import { until } from '../support/until.ts'
import { consumerCases } from './consumer-cases.ts'
import { httpProfileCases } from './http-profile-cases.ts'
import { startKit, type Kit } from './kit.ts'
import { providerCases } from './provider-cases.ts'

const program = fileURLToPath(new URL('../../scripts/conformance.ts', import.meta.url))
const directory = newDirectory()
const readyFile = join(directory, 'ready.json')
/** Where the program makes the folder of its own. */
const temporary = join(directory, 'tmp')

const run = (args: readonly string[]) => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DSC_'))
  const env = { ...Object.fromEntries(inherited), TMPDIR: temporary, DSC_HOST: '0.0.0.0' }
  const child = spawn(process.execPath, [program, ...args], { stdio: 'pipe', env })
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>
  return { child, ended, said: text(child.stdout), complained: text(child.stderr) }
}

let kit: Kit
let running: ReturnType<typeof run>
let signalingUrl = ''

before(async () => {
  mkdirSync(temporary)
  kit = await startKit()
  running = run(['--port', '0', '--control-plane', `${kit.url}/`, '--ready-file', readyFile])
  await until('the ready-file', () => existsSync(readyFile) || running.child.exitCode !== null)
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as Record<string, unknown>
  assert.equal(ready['pid'], running.child.pid)
  signalingUrl = String(ready['signalingUrl'])
})

after(async () => {
  running.child.kill('SIGKILL')
  await running.ended
  await kit[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

describe('the kit against the program', { concurrency: 8 }, () => {
  const baseCases = [...consumerCases, ...providerCases]
  for (const { id, title, run: runCase } of [...baseCases, ...httpProfileCases]) {
    test(`${id} ${title}`, () => runCase({ kit, dataPlaneUrl: signalingUrl, shape: 'RC3' }))
  }
  for (const { id, title, run: runCase } of baseCases) {
    const urlWithoutPath = () => new URL(signalingUrl).origin
    test(`${id} ${title} (RC2, at the URL without a path)`, () =>
      runCase({ kit, dataPlaneUrl: urlWithoutPath(), shape: 'RC2' }))
  }
})

test('an end by SIGTERM is a success, said in one line, and leaves neither a folder nor a listener', async () => {
  assert.equal(readdirSync(temporary).length, 1)
  running.child.kill('SIGTERM')
  assert.deepEqual(await running.ended, [0, null])
  const said = await running.said
  assert.equal(said.trimEnd().split('\n').length, 1)
  assert.ok(said.includes(`${signalingUrl} (callbacks go to ${kit.url})`), said)
  assert.deepEqual(readdirSync(temporary), [])
  await assert.rejects(fetch(`${signalingUrl}/dataflows/any/status`))
})

test('arguments that make no sense are answered with the usage', async () => {
  const senseless = [
    ['--port', '8081'],
    ['--port', 'x', '--control-plane', kit.url],
    ['--port', '1', '--control-plane', 'ftp://127.0.0.1'],
  ]
  const runs = senseless.map((args) => run(args))
  for (const { ended, complained } of runs) {
    assert.deepEqual(await ended, [2, null])
    assert.match(await complained, /^usage: npm run conformance/)
  }
})

test('a port that is taken ends the program with a reason, and leaves no folder', async () => {
  const port = new URL(kit.url).port
  const { ended, complained } = run(['--port', port, '--control-plane', kit.url])
  assert.deepEqual(await ended, [1, null])
  assert.match(await complained, new RegExp(port))
  assert.deepEqual(readdirSync(temporary), [])
})
