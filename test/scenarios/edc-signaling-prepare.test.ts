import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startEdcSignaling, type EdcUnderTest } from '../support/edc-fixture.ts'
import { dspaceAddress, edcNamespace, edcPrepare } from '../support/edc-messages.ts'
import { inputOf } from '../support/third-party-fixture.ts'
import { until } from '../support/until.ts'

const content = randomBytes(200_000)
const sha256 = createHash('sha256').update(content).digest('hex')

let edc: EdcUnderTest

before(async () => {
  edc = await startEdcSignaling()
})
after(() => edc[Symbol.asyncDispose]())

const rows = () => edc.under.service.app.database.read
const flowOf = async (processId: string) =>
  (await rows().flows.first({ processId })) ?? assert.fail('no flow')
const transferOf = async (processId: string) =>
  (await rows().transfers.get({ id: (await flowOf(processId)).transferId ?? '' })) ??
  assert.fail('no transfer')

/** A prepare, with the connector in the state that it has after our answer. */
async function prepare(options: Parameters<typeof edcPrepare>[0] = {}) {
  const message = edcPrepare(options)
  edc.connector.processes.set(message.processId, 'PROVISIONING_REQUESTED')
  const answer = await edc.send('prepare', message)
  return { message, answer, processId: message.processId, answeredAt: performance.now() }
}

/** Sends bytes as EDC's data plane does, to the address that the callback brought. */
async function push(properties: Readonly<Record<string, string>>, bytes: Buffer) {
  const of = (name: string) => properties[`${edcNamespace}${name}`] ?? assert.fail(`no ${name}`)
  return fetch(of('baseUrl'), {
    method: 'POST',
    headers: { [of('authKey')]: of('authCode'), 'content-type': 'text/csv' },
    body: new ReadableStream({
      start: (controller) => {
        controller.enqueue(bytes)
        controller.close()
      },
    }),
    duplex: 'half',
  })
}

const destinationOf = (processId: string) =>
  until('the address', () => edc.connector.destinations.get(processId))

test('a prepared push: the address follows by callback, and starts the flow; the bytes arrive in the named workspace', async () => {
  const { workspaceId, consumer } = await edc.open()
  const destination = dspaceAddress('Workspace', { workspace: workspaceId, input: 'partner.csv' })
  const { answer, processId, answeredAt } = await prepare({ destination })
  assert.equal(answer.status, 200)
  const { provisioning, dataAddress } = answer.body
  assert.deepEqual([provisioning, dataAddress], [true, undefined])
  const properties = await destinationOf(processId)
  const [callback] = edc.connector.received.filter(({ path }) => path.includes(processId))
  assert.ok((callback?.at ?? 0) - answeredAt >= 90, 'not before the answer')
  const { transferId } = await flowOf(processId)
  const { [`${edcNamespace}authCode`]: authCode, ...rest } = properties
  assert.deepEqual(rest, {
    [`${edcNamespace}type`]: 'HttpData',
    [`${edcNamespace}baseUrl`]: `${edc.under.consumerUrl}/sink/v1/${transferId ?? ''}`,
    [`${edcNamespace}authKey`]: 'Authorization',
  })
  assert.match(authCode ?? '', /^Bearer .+/)
  await edc.becomes(processId, 'STARTED')
  const { deadline, startedAt } = await flowOf(processId)
  assert.equal((deadline?.getTime() ?? 0) - (startedAt?.getTime() ?? 0), 86_400_000)
  assert.equal((await push(properties, content)).status, 200)
  const input = await inputOf(consumer, 'partner.csv')
  assert.deepEqual([input.state, input.sha256, input.origin.type], ['AVAILABLE', sha256, 'sink'])
  assert.equal((await edc.terminate(processId)).status, 204)
  assert.equal((await transferOf(processId)).state, 'SUCCEEDED', 'a terminate then is no failure')
  assert.equal((await inputOf(consumer, 'partner.csv')).state, 'AVAILABLE')
  assert.deepEqual(edc.connector.told(processId), ['provisioned 204'])
})

test('the compute agreement names the workspace as well; without a name the data get one of their own', async () => {
  const { agreementId, workspaceId } = await edc.open()
  const named = await prepare({
    destination: dspaceAddress('Workspace', { workspace: agreementId, input: 'a' }),
  })
  assert.equal((await flowOf(named.processId)).workspaceId, workspaceId)
  const unnamed = await prepare({ datasetId: 'their data', destination: { type: 'Workspace' } })
  const { workspaceId: own } = await flowOf(unnamed.processId)
  assert.deepEqual((await rows().workspaces.get({ id: own }))?.services, [])
  assert.equal((await transferOf(unnamed.processId)).input, 'their-data')
  const wrong = await edc.prepare({ destination: dspaceAddress('Workspace', { input: '../x' }) })
  assert.deepEqual(
    [wrong.status, wrong.body.errors?.map(({ pointer }) => pointer)],
    [400, ['/destination/input']],
  )
  const destination = dspaceAddress('Workspace', { workspace: randomUUID() })
  assert.equal((await edc.prepare({ destination })).status, 404)
})

test('a repeated prepare of a living flow gets the same answer, and the address only once', async () => {
  const { message, answer, processId } = await prepare()
  const repeat = () => edc.send('prepare', message)
  assert.deepEqual(await repeat(), answer)
  await destinationOf(processId)
  await edc.becomes(processId, 'STARTED')
  assert.deepEqual(await repeat(), answer)
  await edc.under.service.controller.idle()
  assert.deepEqual(edc.connector.told(processId), ['provisioned 204'])
  assert.equal(await rows().transfers.count({ flowId: (await flowOf(processId)).id }), 1)
  await edc.terminate(processId)
  assert.equal((await repeat()).status, 409)
})

test('provisioned is repeated until it is taken, and not after', async () => {
  const message = edcPrepare()
  const { processId } = message
  await edc.send('prepare', message)
  await until('a refusal', () => edc.connector.told(processId).join() === 'provisioned 404')
  edc.connector.processes.set(processId, 'INITIAL')
  await until('another one', () => edc.connector.told(processId).includes('provisioned 500'))
  edc.connector.processes.set(processId, 'PROVISIONING_REQUESTED')
  await edc.becomes(processId, 'STARTED')
  const told = edc.connector.told(processId)
  assert.deepEqual(told.indexOf('provisioned 204'), told.length - 1)
  await edc.under.service.controller.idle()
  assert.equal(edc.connector.told(processId).length, told.length)
})

test('bytes that arrive show that the connector has the address, when its answer to the callback was lost', async () => {
  let address: Readonly<Record<string, string>> | undefined
  edc.connector.interfere = ({ path, body }) => {
    if (!path.endsWith('/provisioned')) return undefined
    address = (body as { properties: Record<string, string> }).properties
    return 'reset'
  }
  const { processId } = await prepare()
  const properties = await until('the callback', () => address)
  edc.connector.interfere = () => undefined
  edc.connector.processes.set(processId, 'STARTED')
  assert.equal((await flowOf(processId)).state, 'PREPARED')
  assert.equal((await push(properties, content)).status, 200)
  await edc.becomes(processId, 'STARTED')
  const delivery = async () => {
    const { id: flowId } = await flowOf(processId)
    return rows().deliveries.first({ flowId })
  }
  await until('the end of the callback', async () => (await delivery())?.state === 'DELIVERED')
  await edc.terminate(processId)
  assert.equal((await transferOf(processId)).state, 'SUCCEEDED')
})

test('a prepared push that is terminated takes no bytes, and its callback is not sent any more', async () => {
  edc.connector.interfere = ({ path }) => (path.endsWith('/provisioned') ? 503 : undefined)
  const { processId } = await prepare()
  await until('a refused callback', () => edc.connector.told(processId).length > 0)
  await edc.terminate(processId)
  edc.connector.interfere = () => undefined
  const transfer = await transferOf(processId)
  assert.deepEqual([transfer.state, transfer.failure?.code], ['FAILED', 'source-terminated'])
  const { id: flowId } = await flowOf(processId)
  await until('the end of the callback', async () => {
    const delivery = await rows().deliveries.first({ flowId })
    return delivery !== undefined && delivery.state !== 'PENDING'
  })
  assert.ok(!edc.connector.told(processId).includes('provisioned 204'))
})

test('a pull is not prepared, and the refusal says what to do instead', async () => {
  const refused = await edc.prepare({ flowType: 'PULL' })
  assert.deepEqual([refused.status, refused.body.code], [400, 'invalid-request'])
  assert.match(JSON.stringify(refused.body), /callbackAddress/)
})
