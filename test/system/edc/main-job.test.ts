import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Connector } from '../../../demo/connectors/connector.ts'
import {
  offerPull,
  offerPush,
  pullByConsumer,
  pushByCompute,
  pushByConsumer,
} from './data-provider.ts'
import { compute, consumer, startJourney } from './journey.ts'
import { nothingIsLeft, storeAccess } from './nothing-left.ts'
import {
  expectData,
  fetchResults,
  inputs,
  jobReaches,
  readReport,
  reportUrl,
  submit,
} from './steps.ts'
import { TransferAstray } from '../../../demo/connectors/transfers.ts'

const table = (name: string) =>
  readFile(new URL(`../../../node_modules/vega-datasets/data/${name}`, import.meta.url))
const daily = await table('seattle-weather.csv')
const monthly = await table('co2-concentration.csv')

/**
 * EDC's data plane now and then begins a push twice by itself. The sink takes the bytes once; the second reading then ends
 * the transfer at the connectors, although the bytes have arrived.
 */
async function pushEnds(
  t: TestContext,
  of: Connector,
  transferId: string,
  offer: { readonly reads: () => number },
): Promise<void> {
  try {
    await of.transfers.reaches(transferId, 'COMPLETED')
  } catch (error) {
    if (!(error instanceof TransferAstray) || offer.reads() < 2) throw error
    t.diagnostic('the data plane of the provider began the push twice')
  }
}

test('the eight steps, from the catalogue to the deletion report; third-party data by push of the compute connector', async (t) => {
  await using journey = await startJourney()
  await using offer = await offerPush(monthly)
  const assetId = await journey.offer()
  const catalogue = await consumer.contracts.catalogue(compute)
  assert.ok(catalogue.some((dataset) => dataset['@id'] === assetId))
  const opened = await journey.open(await journey.agree(assetId))

  const store = await storeAccess(opened)
  await store.s3.send(
    new PutObjectCommand({ Bucket: store.bucket, Key: 'inputs/daily.csv', Body: daily }),
  )
  const job = await submit(opened, 'table-summary')
  const pushed = await pushByCompute(offer, opened.workspaceId, 'monthly.csv')
  await pushEnds(t, compute, pushed.consumerId, offer)
  await jobReaches(opened, job, 'SUCCEEDED')
  assert.ok((await fetchResults(opened, job)).length > 3)
  assert.ok(offer.reads() >= 1)

  const report = await reportUrl(opened)
  assert.equal((await opened.consumer.call('DELETE', '/workspace')).status, 202)
  await consumer.transfers.reaches(opened.consumerId, 'COMPLETED')
  const { endCause, agreementId, bucketGoneAt, objectsDeleted } = await readReport(opened, report)
  const { contractId } = await compute.transfers.find(opened.providerId)
  assert.deepEqual([endCause, agreementId], ['consumer', contractId])
  assert.ok(Date.parse(bucketGoneAt) <= Date.now() && objectsDeleted > 5)
  await nothingIsLeft(journey, { transfers: [opened], store })
})

test("third-party data by the consumer's connector: one file pushed to an expectation, one pulled by its event", async (t) => {
  await using journey = await startJourney()
  await using pushOffer = await offerPush(daily)
  await using pullOffer = await offerPull(monthly)
  const opened = await journey.openNew()
  const store = await storeAccess(opened)
  const job = await submit(opened, 'table-summary')
  const byPush = await expectData(opened, 'daily.csv')
  const pushed = await pushByConsumer(pushOffer, byPush.dataDestination)
  const byPull = await expectData(opened, 'monthly.csv')
  const pulled = await pullByConsumer(pullOffer, byPull.callbackAddress.uri)
  await pushEnds(t, consumer, pushed.consumerId, pushOffer)
  await jobReaches(opened, job, 'SUCCEEDED')
  await fetchResults(opened, job)
  assert.deepEqual(await inputs(opened), { 'daily.csv': 'AVAILABLE', 'monthly.csv': 'AVAILABLE' })
  assert.ok(pushOffer.reads() >= 1)
  assert.equal(pullOffer.reads(), 1)

  await consumer.transfers.terminate(pulled.consumerId)
  await compute.transfers.ended(pulled.providerId)
  assert.equal((await inputs(opened))['monthly.csv'], 'AVAILABLE', 'its data outlive the transfer')
  await opened.consumer.call('DELETE', '/workspace')
  await nothingIsLeft(journey, { transfers: [opened], store })
})
