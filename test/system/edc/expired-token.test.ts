import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { startExpiringSource } from '../../support/expiring-source.ts'
import { until } from '../../support/until.ts'
import { offerAddress, pullByConsumer } from './data-provider.ts'
import { startJourney, type Opened } from './journey.ts'
import { expectData } from './steps.ts'

const mebibyte = 1024 * 1024
const content = randomBytes(40 * mebibyte)
const sha256 = createHash('sha256').update(content).digest('hex')

interface Transfer {
  readonly state: string
  readonly sha256: string | null
  readonly failure: { readonly code: string; readonly nextStep: string } | null
}

/** A third party whose tokens are good for 13 MiB, and what proves who renews them. */
async function startSource(t: TestContext) {
  const source = await startExpiringSource(content, 13 * mebibyte)
  const folder = await mkdtemp(join(tmpdir(), 'dsc-test-'))
  t.after(async () => {
    await source.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const keyFile = join(folder, 'did-key')
  await writeFile(keyFile, source.key, { mode: 0o600 })
  return { ...source, identity: { did: source.did, keyFile } }
}

async function ended({ consumer }: Opened, id: string): Promise<Transfer> {
  return until(`the end of ${id}`, async () => {
    const transfer: Transfer = (await consumer.call('GET', `/transfers/${id}`)).body
    return ['SUCCEEDED', 'FAILED'].includes(transfer.state) && transfer
  })
}

test('the token of an address that a connector sent expires during the pull: it is renewed, and no byte comes twice', async (t) => {
  const source = await startSource(t)
  await using journey = await startJourney({ controlPlane: { identity: source.identity } })
  await using offer = await offerAddress(() => source.address())
  const opened = await journey.openNew()
  const { id, callbackAddress } = await expectData(opened, 'large.bin')
  await pullByConsumer(offer, callbackAddress.uri)
  const transfer = await ended(opened, id)
  assert.deepEqual([transfer.state, transfer.sha256], ['SUCCEEDED', sha256])
  const { renewals, refused, served } = source.state
  assert.deepEqual([renewals, refused, served], [3, 0, content.length])
})

test('where nobody can renew it the transfer is edr-expired; started again at the connector, it goes on', async (t) => {
  const source = await startSource(t)
  await using journey = await startJourney()
  await using offer = await offerAddress(() => {
    source.newTokens()
    return source.address()
  })
  const opened = await journey.openNew()
  let transfers = 0
  for (;;) {
    const { id, callbackAddress } = await expectData(opened, 'large.bin')
    await pullByConsumer(offer, callbackAddress.uri)
    const { state, failure, sha256: arrived } = await ended(opened, id)
    transfers += 1
    if (state === 'SUCCEEDED') {
      assert.equal(arrived, sha256)
      break
    }
    assert.deepEqual(
      [failure?.code, failure?.nextStep],
      ['edr-expired', 'Start the transfer again.'],
    )
    assert.ok(transfers < 8, 'it makes no progress')
  }
  assert.ok(transfers > 1)
  const { served, renewals } = source.state
  assert.equal(renewals, 0)
  assert.ok(served < content.length * 1.7, `${served} of ${content.length} bytes`)
  t.diagnostic(`${transfers} transfers, ${served} of ${content.length} bytes served`)
})
