import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { until } from '../../support/until.ts'
import { compute, consumer, startJourney, type Journey, type Opened } from './journey.ts'
import { nothingIsLeft, storeAccess } from './nothing-left.ts'
import { inputs, jobReaches, put, readReport, reportUrl, submit } from './steps.ts'

/** One service for all tests of a linger time. */
function journeyLingering(seconds: number): () => Journey {
  let journey: Journey | undefined
  before(async () => {
    journey = await startJourney({ variables: { DSC_LINGER_SECONDS: String(seconds) } })
  })
  after(() => journey?.[Symbol.asyncDispose]())
  return () => journey ?? assert.fail('no journey')
}

/** An open workspace with an input and a job that runs until something ends it. */
async function working(journey: Journey, endsAfterSeconds?: number) {
  const opened = await journey.openNew('endless', endsAfterSeconds)
  const store = await storeAccess(opened)
  await put(opened, 'kept.csv', 'a,b')
  await jobReaches(opened, await submit(opened, 'endless'), 'RUNNING')
  return { opened, store, report: await reportUrl(opened) }
}

const endCause = async (opened: Opened, report: string) =>
  (await readReport(opened, report)).endCause

const isLingering = async (journey: Journey, { workspaceId }: Opened) => {
  const { state, stateReason } = await journey.manage<{
    readonly state: string
    readonly stateReason: { readonly code: string } | null
  }>(`workspaces/${workspaceId}`)
  return state === 'SUSPENDED' && stateReason?.code === 'no-flow'
}

/** A contract that ends by its policy, whatever the linger time. */
const endsByPolicy = (journey: () => Journey) => {
  test('ended by its policy: without lingering, and no transfer begins any more', async () => {
    const endsAfterSeconds = 10
    const { opened, store, report } = await working(journey(), endsAfterSeconds)
    const { contractSigningDate } = await consumer.contracts.agreement(opened.agreementId)
    const endsAt = (contractSigningDate + endsAfterSeconds) * 1000
    assert.ok(Date.now() < endsAt, 'all this takes less time than the contract')
    await until(
      'the end',
      async () => (await journey().workspaceState(opened.workspaceId)) !== 'READY',
    )
    assert.ok(Date.now() >= endsAt, 'not before the contract ends')
    await nothingIsLeft(journey(), { transfers: [opened], store })
    const cause = await endCause(opened, report)
    assert.equal(cause, 'agreement-ended')
    const count = async () =>
      (await journey().manage<{ readonly items: readonly unknown[] }>('workspaces')).items.length
    const known = await count()
    await assert.rejects(journey().open(opened.agreementId))
    assert.equal(await count(), known)
  })
}

describe('without linger time', () => {
  const journey = journeyLingering(0)
  for (const who of ['consumer', 'provider'] as const) {
    test(`ended by the ${who}: nothing is left, and a new transfer gets a new, empty workspace`, async () => {
      const { opened, store, report } = await working(journey())
      if (who === 'consumer') await consumer.transfers.terminate(opened.consumerId)
      else await compute.transfers.terminate(opened.providerId)
      assert.equal(await endCause(opened, report), 'no-flow')
      await nothingIsLeft(journey(), { transfers: [opened], store })

      const next = await journey().open(opened.agreementId)
      assert.notEqual(next.workspaceId, opened.workspaceId)
      assert.deepEqual(await inputs(next), {})
      const nextStore = await storeAccess(next)
      await consumer.transfers.terminate(next.consumerId)
      await nothingIsLeft(journey(), { transfers: [next], store: nextStore })
    })
  }
  endsByPolicy(journey)
})

describe('with 5 s of linger time', () => {
  const journey = journeyLingering(5)
  for (const who of ['consumer', 'provider'] as const) {
    test(`ended by the ${who}: a second transfer within it finds its inputs, the last end is the end`, async () => {
      const { opened, store, report } = await working(journey())
      const end = ({ consumerId, providerId }: Opened) =>
        who === 'consumer'
          ? consumer.transfers.terminate(consumerId)
          : compute.transfers.terminate(providerId)
      await end(opened)
      await until('lingering', () => isLingering(journey(), opened))
      const refused = await opened.consumer.call('GET', '/inputs')
      assert.equal(refused.status, 401, 'the token of an ended transfer opens nothing')

      const second = await journey().open(opened.agreementId)
      assert.equal(second.workspaceId, opened.workspaceId)
      assert.deepEqual(await inputs(second), { 'kept.csv': 'AVAILABLE' })
      await end(second)
      await until('lingering', () => isLingering(journey(), opened))
      const lingersSince = performance.now()
      assert.equal(await endCause(opened, report), 'no-flow')
      assert.ok(performance.now() - lingersSince > 4000, 'not before the linger time is over')
      await nothingIsLeft(journey(), { transfers: [opened, second], store })
      const third = await journey().open(opened.agreementId)
      assert.notEqual(third.workspaceId, opened.workspaceId)
      assert.deepEqual(await inputs(third), {})
    })
  }
  endsByPolicy(journey)
})
