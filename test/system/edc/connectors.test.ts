import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { restartConnector } from '../../support/edc-connectors.ts'
import { startReceiver } from '../../support/receiver.ts'
import { until } from '../../support/until.ts'
import { beginTransfer } from '../../../demo/connectors/begin-transfer.ts'
import { Connector } from '../../../demo/connectors/connector.ts'
import { receiveEvents } from './event-relay.ts'
import { ConnectorRefusal, each } from '../../../demo/connectors/management.ts'
import { TestDataPlane } from './test-data-plane.ts'
import { TransferAstray } from '../../../demo/connectors/transfers.ts'

const compute = new Connector('compute')
const consumer = new Connector('consumer')
const data = new Connector('data')

/** Without a hyphen: EDC reads the direction of a transfer type after the first one. */
const freshId = (what: string) => `${what}${randomUUID().slice(0, 8)}`
const hasStatus = (status: number) => (error: unknown) =>
  error instanceof ConnectorRefusal && error.status === status

interface ConnectorEvent {
  readonly type: string
  readonly payload: {
    readonly transferProcessId?: string
    readonly dataAddress?: { readonly properties: Readonly<Record<string, string>> } | null
  }
}

const parsed = ({ body }: { readonly body: string }) => JSON.parse(body) as ConnectorEvent

/** The tokens of the addresses that came by events, in their order. */
const tokensIn = (received: readonly { readonly body: string }[]) =>
  received
    .map((one) => parsed(one).payload.dataAddress?.properties)
    .flatMap((properties) => properties?.['https://w3id.org/edc/v0.0.1/ns/authorization'] ?? [])

/** A data plane of the test at the compute connector, and an asset that it gives away by pull. */
async function pullOffer(endsAfterSeconds?: number) {
  let starts = 0
  const plane = await TestDataPlane.start(() => {
    starts += 1
    return { endpoint: 'http://127.0.0.1:9/', authorization: `token-${starts}` }
  })
  const id = freshId('pull')
  const transferType = `${id}-PULL`
  await compute.dataPlanes.register({
    id,
    url: plane.url,
    sourceTypes: ['Test'],
    transferTypes: [transferType],
  })
  await compute.publish({
    id,
    dataAddress: { type: 'Test' },
    ...(endsAfterSeconds !== undefined && { endsAfterSeconds }),
  })
  return {
    id,
    plane,
    transferType,
    [Symbol.asyncDispose]: async () => {
      await compute.dataPlanes.remove(id)
      await plane[Symbol.asyncDispose]()
    },
  }
}

test("a file of the data provider arrives in the consumer's sink, and both sides are done", async (t) => {
  const source = await startReceiver(t, () => ({
    status: 200,
    headers: { 'content-type': 'text/csv' },
    body: 'day,rain\n1,0.4\n',
  }))
  const sink = await startReceiver(t)
  const id = freshId('file')
  await data.publish({ id, dataAddress: { type: 'HttpData', baseUrl: `${source.url}/rain.csv` } })

  const dataset = await consumer.contracts.dataset(data, id)
  const formats = each(dataset.distribution).map(({ format }) => format)
  assert.ok(formats.includes('HttpData-PUSH'), formats.join())
  const { agreementId } = await consumer.contracts.negotiate(data, id)
  const destination = {
    type: 'HttpData',
    baseUrl: `${sink.url}/in`,
    authKey: 'authorization',
    authCode: 'Bearer of-the-sink',
  }
  const transferType = 'HttpData-PUSH'
  const begun = await beginTransfer(consumer, data, { agreementId, transferType, destination })
  await consumer.transfers.reaches(begun.consumerId, 'COMPLETED')
  await data.transfers.ended(begun.providerId)

  assert.deepEqual(
    source.received.map(({ path }) => path),
    ['/rain.csv'],
  )
  assert.deepEqual(
    sink.received.map(({ path, body }) => ({ path, body })),
    [{ path: '/in', body: 'day,rain\n1,0.4\n' }],
  )
  assert.equal(sink.received[0]?.headers.authorization, 'Bearer of-the-sink')
  assert.equal(sink.received[0].headers['content-type'], 'text/csv')
})

test('a sink that refuses ends the transfer on both sides, and the driver says so at once', async (t) => {
  const source = await startReceiver(t, () => ({ status: 200, body: 'unwanted' }))
  const sink = await startReceiver(t, () => ({ status: 500 }))
  const id = freshId('file')
  await data.publish({ id, dataAddress: { type: 'HttpData', baseUrl: source.url } })
  const { agreementId } = await consumer.contracts.negotiate(data, id)
  const transfer = await consumer.transfers.request({
    provider: data,
    agreementId,
    transferType: 'HttpData-PUSH',
    destination: { type: 'HttpData', baseUrl: sink.url },
  })
  await assert.rejects(consumer.transfers.reaches(transfer, 'COMPLETED'), TransferAstray)
  assert.equal((await consumer.transfers.ended(transfer)).state, 'TERMINATED')
  const [theirs] = await data.transfers.correlatedWith(transfer)
  assert.match(theirs?.errorDetail ?? '', /Error writing data/)
})

test("a pull's address reaches the consumer, a fresh one after the resume; both connectors know the agreement by one id", async (t) => {
  await using offer = await pullOffer()
  const events = await startReceiver(t)
  const { agreementId } = await consumer.contracts.negotiate(compute, offer.id)
  const { transferType } = offer
  const request = { agreementId, transferType, callbackUrl: events.url }
  const { consumerId, providerId } = await beginTransfer(consumer, compute, request)
  await until('the address', () => tokensIn(events.received).length === 1)

  await consumer.transfers.suspend(consumerId)
  await consumer.transfers.reaches(consumerId, 'SUSPENDED')
  await compute.transfers.reaches(providerId, 'SUSPENDED')
  await consumer.transfers.resume(consumerId)
  await consumer.transfers.reaches(consumerId, 'STARTED')
  await compute.transfers.reaches(providerId, 'STARTED')
  await until('a fresh address', () => tokensIn(events.received).length === 2)
  assert.equal(new Set(tokensIn(events.received)).size, 2)

  await consumer.transfers.terminate(consumerId, 'enough')
  await consumer.transfers.reaches(consumerId, 'TERMINATED')
  const { contractId } = await compute.transfers.ended(providerId)
  const steps = ['start', 'suspend', 'start', 'terminate']
  await until('the end at the data plane', () => offer.plane.operationsOf(providerId).length > 3)
  assert.deepEqual(offer.plane.operationsOf(providerId), steps)

  const mine = await consumer.contracts.agreement(agreementId)
  const theirs = await compute.contracts.agreement(contractId)
  assert.notEqual(mine['@id'], theirs['@id'])
  assert.equal(mine.agreementId, theirs.agreementId)
})

test('the data plane completes one transfer and fails another', async () => {
  await using offer = await pullOffer()
  const { transferType } = offer
  const { agreementId } = await consumer.contracts.negotiate(compute, offer.id)
  const first = await beginTransfer(consumer, compute, { agreementId, transferType })
  await offer.plane.callBack(first.providerId, 'complete')
  await consumer.transfers.reaches(first.consumerId, 'COMPLETED')

  const second = await beginTransfer(consumer, compute, { agreementId, transferType })
  await offer.plane.callBack(second.providerId, { fail: 'the disk is full' })
  await consumer.transfers.reaches(second.consumerId, 'TERMINATED')
  const { errorDetail } = await compute.transfers.ended(second.providerId)
  assert.equal(errorDetail, 'the disk is full')
})

test('a contract that ends terminates its running transfer, and no other begins', async () => {
  const seconds = 4
  await using offer = await pullOffer(seconds)
  const { transferType } = offer
  const { agreementId } = await consumer.contracts.negotiate(compute, offer.id)
  const { consumerId, providerId } = await beginTransfer(consumer, compute, {
    agreementId,
    transferType,
  })
  const { contractSigningDate } = await consumer.contracts.agreement(agreementId)
  await consumer.transfers.reaches(consumerId, 'TERMINATED', (seconds + 20) * 1000)
  assert.ok(Date.now() >= (contractSigningDate + seconds) * 1000, 'not before the contract ends')
  assert.match((await compute.transfers.ended(providerId)).errorDetail ?? '', /inForceDate/)
  assert.deepEqual(offer.plane.operationsOf(providerId), ['start', 'terminate'])

  await assert.rejects(beginTransfer(consumer, compute, { agreementId, transferType }))
  assert.equal(offer.plane.messages.filter(({ operation }) => operation === 'start').length, 1)
})

test('a negotiation that the provider leaves unanswered is terminated', async (t) => {
  const message = (type: string, more: object) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      '@context': ['https://w3id.org/dspace/2025/1/context.jsonld'],
      '@type': type,
      ...more,
    }),
  })
  const silent = await startReceiver(t, ({ path, body }) => {
    if (!path.endsWith('/request')) return { status: 200 }
    const { consumerPid } = JSON.parse(body) as { readonly consumerPid: string }
    const providerPid = 'urn:uuid:5e3a'
    return message('ContractNegotiation', { consumerPid, providerPid, state: 'REQUESTED' })
  })
  const party = { name: 'silent', protocolUrl: silent.url }
  const dataset = { '@id': 'thing', hasPolicy: { '@id': 'an:offer:id' } }
  const id = await consumer.contracts.begin(party, dataset)
  const isNow = (state: string) =>
    until(state, async () => (await consumer.contracts.negotiation(id)).state === state)
  await isNow('REQUESTED')
  await consumer.contracts.terminate(id, 'too slow')
  await isNow('TERMINATED')
  assert.ok(silent.received.some(({ path }) => path.endsWith('/termination')))
})

test('events of a connector reach the receiver of the test, and only as long as it wants them', async (t) => {
  await using offer = await pullOffer()
  const { transferType } = offer
  const receiver = await startReceiver(t)
  const { agreementId } = await consumer.contracts.negotiate(compute, offer.id)
  const startedOf = (providerId: string) =>
    receiver.received
      .map(parsed)
      .filter(({ type }) => type === 'TransferProcessStarted')
      .some(({ payload }) => payload.transferProcessId === providerId)
  const receiving = await receiveEvents('compute', `${receiver.url}/events`)
  const heard = await beginTransfer(consumer, compute, { agreementId, transferType })
  await until('the event', () => startedOf(heard.providerId))
  await receiving[Symbol.asyncDispose]()

  const unheard = await beginTransfer(consumer, compute, { agreementId, transferType })
  await compute.transfers.terminate(unheard.providerId)
  await consumer.transfers.reaches(unheard.consumerId, 'TERMINATED')
  assert.ok(!receiver.received.some(({ body }) => body.includes(unheard.providerId)))
})

test('a connector that is started again has forgotten data planes and transfers', async () => {
  await using plane = await TestDataPlane.start(() => ({ endpoint: 'http://127.0.0.1:9/' }))
  const id = freshId('forgotten')
  const transferType = `${id}-PULL`
  const offer = { id, url: plane.url, sourceTypes: ['Test'], transferTypes: [transferType] }
  await compute.dataPlanes.register(offer)
  assert.equal((await compute.dataPlanes.find(id))?.state, 'AVAILABLE')
  await compute.publish({ id, dataAddress: { type: 'Test' } })
  const { agreementId } = await consumer.contracts.negotiate(compute, id)
  const { providerId } = await beginTransfer(consumer, compute, { agreementId, transferType })

  await restartConnector('compute')
  assert.equal(await compute.dataPlanes.find(id), undefined)
  await assert.rejects(compute.transfers.find(providerId), hasStatus(404))
})
