import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
} from '../support/control-plane-under-test.ts'
import { blocksOf, readDocument, runBlocks, type Session } from '../support/document-blocks.ts'
import { startUnderTest } from '../support/service-under-test.ts'
import { tableSummary } from '../support/services.ts'

/**
 * Every `sh` block of README.md and docs/consumer.md, run as it is written, in one shell a document. The consumer's
 * document gets what its text says comes through the connector; the README's blocks run in a copy of the checkout.
 * The two commands of the README's first section are not repeated here: `.ci/run` runs exactly them, in a clone on a bare
 * machine, and this test sees to it that they are the same.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const modules = join(root, 'node_modules')
const withinMs = 60_000

before(() => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
  } catch {
    execFileSync('apt-get', ['install', '-y', '-q', 'curl'], { stdio: 'ignore' })
  }
})

function scratch(): Disposable & { readonly directory: string; readonly notes: string } {
  const base = mkdtempSync(join(tmpdir(), 'dsc-docs-'))
  const directory = join(base, 'work')
  mkdirSync(directory)
  return {
    directory,
    notes: join(base, 'notes'),
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  }
}

function assertAllRan(session: Session, count: number): void {
  const told = `${session.ran} of ${count} blocks ran; the end:\n${session.output.slice(-4000)}`
  assert.equal(session.code, 0, told)
  assert.equal(session.ran, count, told)
}

async function startPartner(file: string, token: string) {
  const content = await import('node:fs/promises').then(({ readFile }) => readFile(file))
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401).end()
    else response.writeHead(200, { 'content-length': content.length, etag: '"1"' }).end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/monthly.csv`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('every sh block of docs/consumer.md runs as it is written', async (context) => {
  const blocks = blocksOf(readDocument('docs/consumer.md')).filter(
    ({ language }) => language === 'sh',
  )
  assert.ok(blocks.length >= 25, `only ${blocks.length} blocks`)
  using place = scratch()
  await using plane = await startControlPlane()
  await using under = await startUnderTest({
    services: { 'table.service.yaml': tableSummary },
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane) },
  })
  await using partner = await startPartner(
    join(modules, 'vega-datasets/data/co2-concentration.csv'),
    'partner-token',
  )
  copyFileSync(
    join(modules, 'vega-datasets/data/seattle-weather.csv'),
    join(place.directory, 'daily.csv'),
  )
  symlinkSync(modules, join(place.directory, 'node_modules'))
  const started = await signal(under.connectorUrl, 'start', openingBody())
  const session = await runBlocks(
    blocks,
    place,
    {
      ENDPOINT: started.body.dataAddress?.endpoint ?? '',
      TOKEN: property(started, 'authorization'),
      REFRESH_URL: property(started, 'refreshEndpoint'),
      REFRESH_TOKEN: property(started, 'refreshToken'),
      PARTNER_URL: partner.url,
      PARTNER_TOKEN: 'partner-token',
    },
    withinMs,
  )
  assertAllRan(session, blocks.length)
  context.diagnostic(`${session.ran} blocks of docs/consumer.md ran`)
})

const firstCommands = ['npm ci && npm run demo', 'npm ci && npm test']

test('the first two commands of the README are the ones that .ci/run runs on a bare machine', () => {
  const first = blocksOf(readDocument('README.md')).find(({ language }) => language === 'sh')
  assert.deepEqual(first?.text.trim().split('\n'), firstCommands)
  const ci = readDocument('.ci/run')
  for (const command of new Set(firstCommands.flatMap((line) => line.split(' && ')))) {
    assert.match(ci, new RegExp(`\\bbare ${command}(?:$| |;)`, 'm'))
  }
})

test('every other sh block of the README runs as it is written', async (context) => {
  const [, ...blocks] = blocksOf(readDocument('README.md')).filter(
    ({ language }) => language === 'sh',
  )
  assert.ok(blocks.length >= 6, `only ${blocks.length} blocks`)
  using place = scratch()
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  for (const file of files
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(root, name)))) {
    cpSync(join(root, file), join(place.directory, file), { recursive: true })
  }
  if (!existsSync(join(place.directory, 'node_modules')))
    symlinkSync(modules, join(place.directory, 'node_modules'))
  const anyPort = { DSC_CONSUMER_PORT: '0', DSC_CONNECTOR_PORT: '0', DSC_MANAGEMENT_PORT: '0' }
  const session = await runBlocks(
    blocks,
    place,
    { ...anyPort, DSC_STORE_PORT: '0', DSC_STORE_RESERVE_BYTES: '0' },
    withinMs,
  )
  assertAllRan(session, blocks.length)
  assert.match(session.output, /APACHE LICENSE/)
  assert.deepEqual(globSync('data/**', { cwd: place.directory }), [])
  context.diagnostic(`${session.ran} blocks of README.md ran`)
})
