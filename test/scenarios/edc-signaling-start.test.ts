import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startEdcSignaling, type EdcUnderTest } from '../support/edc-fixture.ts'
import {
  dspaceAddress,
  edcNamespace,
  edcPrepare,
  edcProperty,
  edcSignal,
  edcStart,
  tractusxNamespace,
} from '../support/edc-messages.ts'

let edc: EdcUnderTest

before(async () => {
  edc = await startEdcSignaling()
})
after(() => edc[Symbol.asyncDispose]())

const rows = () => edc.under.service.app.database.read

test('a start is answered with the access, in the only form that EDC takes', async () => {
  const { answer, consumer, workspaceId } = await edc.open({ participantId: 'did:web:buyer' })
  const { dataAddress, ...rest } = answer.body
  assert.deepEqual(rest, {
    '@context': { '@vocab': edcNamespace, dspace: 'https://w3id.org/dspace/v0.8/' },
    '@type': 'DataFlowResponseMessage',
    provisioning: false,
  })
  assert.equal(dataAddress?.['@type'], 'dspace:DataAddress')
  assert.equal(dataAddress['dspace:endpointType'], 'https://w3id.org/idsa/v4.1/HTTP')
  assert.equal(edcProperty(answer, 'endpoint'), `${edc.under.consumerUrl}/v1`)
  assert.equal(edcProperty(answer, 'authType'), 'bearer')
  assert.equal(edcProperty(answer, 'endpointType'), 'https://w3id.org/idsa/v4.1/HTTP')
  for (const name of ['refreshToken', 'refreshEndpoint', 'expiresIn']) {
    assert.equal(edcProperty(answer, `${tractusxNamespace}${name}`), edcProperty(answer, name))
  }
  assert.equal(edcProperty(answer, `${tractusxNamespace}refreshAudience`), 'compute')
  const access = await consumer.call('GET', '')
  assert.equal(access.status, 200)
  assert.equal((access.body as { workspaceId: string }).workspaceId, workspaceId)
  const workspace = await rows().workspaces.get({ id: workspaceId })
  assert.equal(workspace?.participantId, 'did:web:buyer')
})

test('the asset’s data address names the service, before the datasets of services do', async () => {
  const services = async (options: object) => {
    const { workspaceId } = await edc.open(options)
    return (await rows().workspaces.get({ id: workspaceId }))?.services
  }
  assert.deepEqual(await services({ service: 'other' }), ['other'])
  assert.deepEqual(await services({ datasetId: 'other-data' }), ['any', 'other'])
  const foreign = dspaceAddress('HttpData', { baseUrl: 'http://x', service: 'other' })
  assert.deepEqual(await services({ sourceDataAddress: foreign }), ['any'])
  const refused = await edc.start({ service: 'unheard-of' })
  assert.deepEqual([refused.status, refused.body.code], [422, 'no-compute-service'])
})

test('the consumer of an agreement stays the same', async () => {
  const { agreementId } = await edc.open({ participantId: 'first' })
  const other = await edc.start({ agreementId, participantId: 'second' })
  assert.deepEqual([other.status, other.body.code], [409, 'state-conflict'])
})

test('the same start again, also many at once, is one flow with fresh access for each', async () => {
  const message = edcStart()
  const answers = await Promise.all(Array.from({ length: 8 }, () => edc.send('start', message)))
  answers.push(await edc.send('start', message))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  const of = (name: string) => new Set(answers.map((answer) => edcProperty(answer, name)))
  assert.equal(of('workspaceId').size, 1)
  assert.equal(of('authorization').size, 9)
  assert.equal(await rows().flows.count({ processId: message.processId }), 1)
  const workspaces = await rows().workspaces.list({ where: { agreementId: message.agreementId } })
  assert.equal(workspaces.length, 1)
})

test('a start while suspended is the resume: the old access works again, beside a fresh one', async () => {
  const { processId, agreementId, consumer, answer } = await edc.open()
  assert.equal((await edc.suspend(processId)).status, 204)
  assert.equal((await edc.suspend(processId)).status, 204)
  assert.equal((await consumer.call('POST', '/credentials')).status, 403)
  const resumed = await edc.open({ processId, agreementId })
  assert.equal(resumed.answer.status, 200)
  assert.notEqual(
    edcProperty(resumed.answer, 'authorization'),
    edcProperty(answer, 'authorization'),
  )
  for (const client of [consumer, resumed.consumer]) {
    assert.equal((await client.call('GET', '/services')).status, 200)
  }
  assert.equal(await rows().flows.count({ agreementId }), 1)
})

test('terminate is always taken; nothing of the process acts again', async () => {
  const { processId, agreementId, consumer } = await edc.open()
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await edc.terminate(processId), { status: 204, body: {} })
  }
  assert.equal((await consumer.call('GET', '/services')).status, 401)
  const again = await edc.start({ processId, agreementId })
  assert.deepEqual([again.status, again.body.code], [409, 'state-conflict'])
  assert.equal((await edc.suspend(processId)).status, 409)

  const unknown = randomUUID()
  assert.equal((await edc.terminate(unknown)).status, 204)
  assert.equal((await edc.suspend(randomUUID())).status, 404)
  assert.equal((await edc.start({ processId: unknown })).status, 409, 'it is remembered')
})

test('up to EDC 0.14 both messages come to one path', async () => {
  const started = await edc.send('', edcStart())
  assert.ok(edcProperty(started, 'authorization'))
  const prepared = await edc.send('', edcPrepare())
  assert.deepEqual([prepared.status, prepared.body.provisioning], [200, true])
  const named = { ...edcPrepare(), '@type': [`${edcNamespace}DataFlowProvisionMessage`] }
  assert.equal((await edc.send('', named)).body.provisioning, true)
})

test('a start in expanded JSON-LD, and one with unknown fields, are read as well', async () => {
  const { processId } = edcStart()
  const value = (text: string) => [{ '@value': text }]
  const expanded = {
    '@type': [`${edcNamespace}DataFlowStartMessage`],
    [`${edcNamespace}processId`]: value(processId),
    [`${edcNamespace}agreementId`]: value(randomUUID()),
    [`${edcNamespace}datasetId`]: [{ '@id': 'asset' }],
    [`${edcNamespace}participantId`]: value('consumer'),
    'edc:flowType': { '@id': 'edc:PULL' },
    [`${edcNamespace}sourceDataAddress`]: [
      {
        '@type': ['https://w3id.org/dspace/v0.8/DataAddress'],
        'https://w3id.org/dspace/v0.8/endpointType': value('ComputeService'),
        'https://w3id.org/dspace/v0.8/endpointProperties': [
          {
            'https://w3id.org/dspace/v0.8/name': value(`${edcNamespace}service`),
            'https://w3id.org/dspace/v0.8/value': value('other'),
          },
        ],
      },
    ],
    [`${edcNamespace}surprise`]: [{ '@value': 1 }],
  }
  const answer = await edc.send('start', expanded)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const flow = await rows().flows.first({ processId })
  const workspace = await rows().workspaces.get({ id: flow?.workspaceId ?? '' })
  assert.deepEqual(workspace?.services, ['other'])
  assert.equal((await edc.send('start', { ...edcStart(), surprise: { a: [1] } })).status, 200)
})

test('what is missing in a message is named', async () => {
  const { processId, flowType, ...rest } = edcStart()
  const pointers = async (body: object) => {
    const answer = await edc.send('start', body)
    assert.equal(answer.status, 400)
    return answer.body.errors?.map(({ pointer }) => pointer)
  }
  assert.deepEqual(await pointers({ ...rest, processId }), ['/flowType'])
  assert.deepEqual(await pointers({ ...rest, flowType, agreementId: null }), [
    '/processId',
    '/agreementId',
  ])
  assert.deepEqual(await pointers({ ...rest, flowType, processId: '..' }), ['/processId'])
  const channel = { ...rest, flowType, processId, responseChannel: 'HttpData' }
  assert.equal((await edc.send('start', channel)).body.code, 'transfer-type-unknown')
})

test('availability and state can be asked for', async () => {
  assert.deepEqual(await edc.send('check'), { status: 204, body: {} })
  const { processId } = await edc.open()
  const state = async () => (await edc.send(`${processId}/state`)).body
  assert.deepEqual(await state(), {
    '@context': { '@vocab': edcNamespace, dspace: 'https://w3id.org/dspace/v0.8/' },
    '@type': 'DataFlowState',
    state: 'STARTED',
  })
  await edc.send(`${processId}/suspend`, edcSignal('Suspend'))
  assert.equal((await state()).state, 'SUSPENDED')
  assert.equal((await edc.send('unknown/state')).status, 404)
})
