import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../support/until.ts'
import { inMs } from '../kubernetes/percentile.ts'
import { compute, consumer, startJourney, type Journey, type Opened } from './journey.ts'
import { nothingIsLeft, storeAccess } from './nothing-left.ts'
import { inputs, put } from './steps.ts'

let journey: Journey
before(async () => {
  journey = await startJourney({ variables: { DSC_LINGER_SECONDS: '0' } })
})
after(() => journey[Symbol.asyncDispose]())

/** Runs `work` for each item, so many at a time. */
async function together<T, R>(atOnce: number, items: readonly T[], work: (item: T) => Promise<R>) {
  const results: R[] = []
  const left = items.entries()
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

const times = <T>(count: number, item: T): readonly T[] => Array.from({ length: count }, () => item)

async function end({ consumerId, providerId }: Opened): Promise<void> {
  await consumer.transfers.terminate(consumerId)
  await consumer.transfers.ended(consumerId)
  await compute.transfers.ended(providerId)
}

test('100 transfers of 20 agreements, ten at a time: none is lost, and nothing of them is left', async (t) => {
  const assetId = await journey.offer()
  const agreements = await together(4, times(20, assetId), (id) => journey.agree(id))
  const before = journey.signaling.passed.length
  const wanted = agreements.flatMap((agreementId) => times(5, agreementId))
  const opened = await together(10, wanted, (agreementId) => journey.open(agreementId))
  const starts = journey.signaling.passed
    .slice(before)
    .filter(({ path }) => path.endsWith('/start'))
  const ms = starts.map(({ durationMs }) => durationMs)
  const lost = opened.reduce((sum, one) => sum + one.lost, 0)
  t.diagnostic(
    `${opened.length} transfers, ${lost} begun again after the connectors' race; our answer to start: ` +
      inMs(ms),
  )
  assert.deepEqual(new Set(starts.map(({ status }) => status)), new Set([200]))
  assert.equal(new Set(opened.map(({ providerId }) => providerId)).size, 100)
  const states = await together(10, opened, async ({ consumer: client }) => {
    const answer = await client.call('GET', '/inputs')
    return answer.status
  })
  assert.deepEqual(new Set(states), new Set([200]))
  const byAgreement = Map.groupBy(opened, ({ agreementId }) => agreementId)
  const workspaces = [...byAgreement.values()].map(
    (ofOne) => new Set(ofOne.map(({ workspaceId }) => workspaceId)),
  )
  assert.deepEqual(new Set(workspaces.map(({ size }) => size)), new Set([1]))
  assert.equal(new Set(opened.map(({ workspaceId }) => workspaceId)).size, 20)

  const stores = new Map<string, Awaited<ReturnType<typeof storeAccess>>>()
  for (const [first] of byAgreement.values())
    if (first !== undefined) stores.set(first.agreementId, await storeAccess(first))
  await together(10, opened, end)
  for (const [agreementId, transfers] of byAgreement) {
    const store = stores.get(agreementId) ?? assert.fail('no store')
    await nothingIsLeft(journey, { transfers, store })
  }
})

test('ten transfers of one agreement share its workspace and keep it open until the last has ended', async () => {
  const agreementId = await journey.agree(await journey.offer())
  const opened = await together(5, times(10, agreementId), (id) => journey.open(id))
  const [first = assert.fail('none'), second = assert.fail('none'), ...others] = opened
  const store = await storeAccess(first)
  await put(first, 'shared.csv', 'a,b')
  for (const one of opened) assert.deepEqual(await inputs(one), { 'shared.csv': 'AVAILABLE' })

  await consumer.transfers.suspend(second.consumerId)
  await compute.transfers.reaches(second.providerId, 'SUSPENDED')
  const refused = async (one: Opened) => (await one.consumer.call('GET', '/inputs')).status
  await until('403', async () => (await refused(second)) === 403)
  assert.deepEqual(await inputs(first), { 'shared.csv': 'AVAILABLE' })

  await together(5, others, end)
  for (const one of others) assert.equal(await refused(one), 401, 'its token is dead')
  assert.deepEqual(await inputs(first), { 'shared.csv': 'AVAILABLE' })
  await end(first)
  assert.equal(
    await journey.workspaceState(first.workspaceId),
    'SUSPENDED',
    'a suspended one is left',
  )
  await consumer.transfers.resume(second.consumerId)
  await consumer.transfers.reaches(second.consumerId, 'STARTED')
  assert.deepEqual(await inputs(second), { 'shared.csv': 'AVAILABLE' })
  await end(second)
  await nothingIsLeft(journey, { transfers: opened, store })
})

test('two agreements of one consumer have nothing in common, and the end of one leaves the other', async () => {
  const assetId = await journey.offer()
  const one = await journey.open(await journey.agree(assetId))
  const other = await journey.open(await journey.agree(assetId))
  assert.notEqual(one.workspaceId, other.workspaceId)
  const [oneStore, otherStore] = [await storeAccess(one), await storeAccess(other)]
  assert.notEqual(oneStore.bucket, otherStore.bucket)
  await put(one, 'mine.csv', 'a,b')
  assert.deepEqual(await inputs(other), {})
  await assert.rejects(storeAccess({ consumer: other.consumer }, oneStore.bucket))
  await end(one)
  await nothingIsLeft(journey, { transfers: [one], store: oneStore })
  await put(other, 'theirs.csv', 'c,d')
  assert.deepEqual(await inputs(other), { 'theirs.csv': 'AVAILABLE' })
  await end(other)
  await nothingIsLeft(journey, { transfers: [other], store: otherStore })
})
