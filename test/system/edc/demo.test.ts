import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Connector } from '../../../demo/connectors/connector.ts'
import { runScript } from '../../../demo/connectors/scripts.ts'
import { startDemo } from '../../support/demo-process.ts'
import { until } from '../../support/until.ts'

const edc = ['--connector', 'edc']
const patienceMs = 120_000
/** What the documentation shows of the demo. */
const shown = new URL('../../../docs/examples/connectors/demo.txt', import.meta.url)
/** Headings and checks, without what differs from run to run. */
const stepsOf = (output: string) =>
  output
    .split('\n')
    .filter((line) => /^(?:==| ✓) /.test(line))
    .map((line) => line.replaceAll(/\S*\d\S*/g, '…').replaceAll(/(?:TERMINAT|COMPLET)ED/g, '…'))

/** Connectors of another folder and on other ports than those that run for the tests of this folder. */
const othersIn = (folder: string) => ({
  DSC_COUNTERPARTS_DIR: folder,
  DSC_EDC_KEY: '',
  DSC_EDC_EVENTS_URL: '',
  DSC_EDC_COMPUTE_PORT: '17640',
  DSC_EDC_CONSUMER_PORT: '17650',
  DSC_EDC_DATA_PORT: '17660',
})

async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'edc-demo-'))
  const variables = othersIn(folder)
  return {
    variables,
    running: () => runScript('running', [], variables),
    [Symbol.asyncDispose]: async () => {
      await runScript('down', [], variables)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

test('the demo starts three connectors, tells the whole story with them, and ends them', async () => {
  await using others = await emptyFolder()
  await using demo = await startDemo(edc, { variables: others.variables })
  assert.equal(await demo.exitCode(), 0, demo.output())
  for (const expected of [
    /compute +started +http:\S+:17641\/management/,
    /consumer +started +http:\S+:17651\/management/,
    /data +started +http:\S+:17661\/management/,
    /✓ The service is a data plane of the connector: AVAILABLE/,
    /table-summary-\w+ +HttpData-PULL, HttpData-PUSH/,
    /✓ The asset is in the catalogue/,
    /✓ Both connectors have the agreement, by the same id/,
    /← TransferProcessStarted after \d+ ms/,
    /✓ The transfer is STARTED at both connectors/,
    /✓ daily\.csv is in the bucket: .* 48,219 bytes/,
    /✓ job-\S+ is WAITING_FOR_INPUTS/,
    /"transferType": "HttpData-PUSH"/,
    /✓ monthly\.csv is in the bucket: the same 18,547 bytes/,
    /✓ The connectors say that this transfer is (?:COMPLETED|TERMINATED)/,
    /✓ The job has SUCCEEDED/,
    /\d+ {2}job\.succeeded +genuine/,
    /✓ All 8 files have the digests that the manifest promises/,
    /S3: read inputs\/daily\.csv +200 +403 AccessDenied/,
    /✓ S3 says 40[34] \w+, the API 410 Gone/,
    /✓ It is about this workspace, and its signature fits/,
    /✓ The connectors say that it is over: TERMINATED at the consumer's/,
    /✓ The report names the agreement that the operator's connector has/,
    /== Done: 23 checks passed/,
  ]) {
    assert.match(demo.output(), expected)
  }
  assert.deepEqual(stepsOf(demo.output()), stepsOf(await readFile(shown, 'utf8')))
  assert.equal(await others.running(), '')
  await demo.assertGone()
})

test('told to end while the connectors start, the demo ends them', async () => {
  await using others = await emptyFolder()
  await using demo = await startDemo(edc, { variables: others.variables, patienceMs })
  await until('a connector that starts', async () => (await others.running()) !== '')
  assert.doesNotMatch(demo.output(), /All three answer/)
  demo.kill('SIGTERM')
  assert.equal(await demo.exitCode(), 143, demo.output())
  assert.equal(await others.running(), '')
  await demo.assertGone()
})

test('with --keep, the connectors can be asked as long as the demo is kept', async () => {
  await using others = await emptyFolder()
  await using demo = await startDemo([...edc, '--keep'], {
    variables: others.variables,
    patienceMs,
  })
  await demo.seen('The operator:')
  const [, url = ''] = /connector consumer +(\S+)/.exec(demo.output()) ?? []
  const [, key = ''] = /connectors' key +(\S+)/.exec(demo.output()) ?? []
  const response = await fetch(`${url}/contractagreements/request`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({
      '@context': { '@vocab': 'https://w3id.org/edc/v0.0.1/ns/' },
      '@type': 'QuerySpec',
    }),
  })
  assert.equal(response.status, 200)
  assert.equal(((await response.json()) as readonly unknown[]).length, 2)
  demo.kill('SIGINT')
  assert.equal(await demo.exitCode(), 0, demo.output())
  assert.equal(await others.running(), '')
  await demo.assertGone()
})

test('connectors that run already are used, left running, and hold nothing of the demo afterwards', async () => {
  const compute = new Connector('compute')
  const consumer = new Connector('consumer')
  const before = await compute.dataPlanes.list()
  await using demo = await startDemo(edc, { patienceMs })
  await demo.seen('== Step 5')
  assert.match(demo.output(), /compute +runs already/)
  const [asset = ''] = /table-summary-[0-9a-f]{8}/.exec(demo.output()) ?? []
  const offered = async () =>
    (await consumer.contracts.catalogue(compute)).some((dataset) => dataset['@id'] === asset)
  assert.ok(await offered())
  demo.kill('SIGINT')
  assert.equal(await demo.exitCode(), 130, demo.output())
  assert.ok(!(await offered()))
  assert.deepEqual(
    (await compute.dataPlanes.list()).map(({ url }) => url),
    before.map(({ url }) => url),
  )
  assert.deepEqual((await runScript('running', [])).trim().split('\n'), [
    'compute',
    'consumer',
    'data',
  ])
  await demo.assertGone()
})
