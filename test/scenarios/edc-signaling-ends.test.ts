import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { startEdcSignaling, type EdcUnderTest } from '../support/edc-fixture.ts'
import { startEdcConnector } from '../support/edc-connector.ts'
import { edcPrepare, edcProperty, edcStart } from '../support/edc-messages.ts'
import { newDirectory } from '../support/service-under-test.ts'
import { until } from '../support/until.ts'

let edc: EdcUnderTest

before(async () => {
  edc = await startEdcSignaling({ variables: { DSC_LINGER_SECONDS: '60' } })
})
after(() => edc[Symbol.asyncDispose]())

const operate = (path: string) =>
  fetch(`${edc.under.managementUrl}/v1/${path}`, {
    method: 'POST',
    headers: { 'x-api-key': edc.under.service.secrets.managementKey },
  })

test('a workspace that the consumer ends is completed at the connector', async () => {
  const { processId, consumer } = await edc.open()
  assert.equal((await consumer.call('DELETE', '/workspace')).status, 202)
  await edc.told(processId, ['complete 204'])
  assert.equal((await edc.start({ processId })).status, 409)
  assert.equal((await edc.terminate(processId)).status, 204)
})

test('a workspace that the operator ends has failed at the connector, with the reason', async () => {
  const { processId, workspaceId } = await edc.open()
  assert.ok((await operate(`workspaces/${workspaceId}/close`)).ok)
  await edc.told(processId, ['fail 204'])
  assert.equal(edc.connector.errors.get(processId), 'The workspace has ended: operator.')
})

test('what has come to its end over there is not told twice', async () => {
  const { processId, workspaceId } = await edc.open()
  edc.connector.processes.set(processId, 'TERMINATED')
  assert.ok((await operate(`workspaces/${workspaceId}/close`)).ok)
  await edc.told(processId, ['fail 409'])
  await edc.under.service.controller.idle()
  const flow = await edc.under.service.app.database.read.flows.first({ processId })
  const delivery = await until('the delivery', async () => {
    const { deliveries } = edc.under.service.app.database.read
    const found = await deliveries.first({ flowId: flow?.id ?? '' })
    return found?.state !== 'PENDING' && found
  })
  assert.deepEqual([delivery.state, delivery.attempts], ['DELIVERED', 1])
})

test('complete waits while the transfer is suspended at the connector, until it is resumed there', async () => {
  const { processId, agreementId } = await edc.open()
  const open = await edc.open({ agreementId })
  await edc.suspend(processId)
  edc.connector.processes.set(processId, 'SUSPENDED')
  assert.equal((await open.consumer.call('DELETE', '/workspace')).status, 202)
  await edc.told(open.processId, ['complete 204'])
  await until('two refusals', () => edc.connector.told(processId).length >= 2)
  edc.connector.processes.set(processId, 'STARTED')
  await until('the end', () => edc.connector.processes.get(processId) === 'COMPLETED')
  const told = edc.connector.told(processId)
  assert.deepEqual(new Set(told.slice(0, -1)), new Set(['complete 409']))
})

test('a suspended transfer whose workspace the operator ends has failed at once', async () => {
  const { processId, workspaceId } = await edc.open()
  await edc.suspend(processId)
  edc.connector.processes.set(processId, 'SUSPENDED')
  assert.ok((await operate(`workspaces/${workspaceId}/close`)).ok)
  await edc.told(processId, ['fail 204'])
})

test('living third-party flows of an ended workspace have failed, too', async () => {
  const { workspaceId } = await edc.open()
  const message = edcPrepare({ destination: { type: 'Workspace', workspace: workspaceId } })
  const { processId } = message
  edc.connector.processes.set(processId, 'PROVISIONING_REQUESTED')
  await edc.send('prepare', message)
  await edc.becomes(processId, 'STARTED')
  assert.ok((await operate(`workspaces/${workspaceId}/close`)).ok)
  await edc.told(processId, ['provisioned 204', 'fail 204'])
})

test('a callback that the connector answers with 5xx, not at all, or breaks off is repeated until it is taken', async () => {
  const { processId, consumer } = await edc.open()
  const inTheWay = [503, 'reset', 404] as const
  let count = 0
  edc.connector.interfere = ({ path }) => (path.includes(processId) ? inTheWay[count++] : undefined)
  await consumer.call('DELETE', '/workspace')
  await edc.told(processId, ['complete 503', 'complete 0', 'complete 404', 'complete 204'])
  edc.connector.interfere = () => undefined
})

test('between any two messages the service may be restarted: repeats are answered alike, callbacks go on', async () => {
  const directory = newDirectory()
  await using connector = await startEdcConnector()
  const setup = { directory, connector, variables: { DSC_CONSUMER_PORT: '0' } }
  const pull = edcStart()
  const push = edcPrepare()
  connector.processes.set(pull.processId, 'STARTED')
  connector.processes.set(push.processId, 'PROVISIONING_REQUESTED')
  const workspaces = new Set<string>()
  {
    await using first = await startEdcSignaling(setup)
    workspaces.add(edcProperty(await first.send('start', pull), 'workspaceId'))
    connector.interfere = () => 'reset'
    assert.equal((await first.send('prepare', push)).body.provisioning, true)
  }
  {
    await using second = await startEdcSignaling(setup)
    const repeated = await second.send('start', pull)
    workspaces.add(edcProperty(repeated, 'workspaceId'))
    assert.equal((await second.send('prepare', push)).body.provisioning, true)
    connector.interfere = () => undefined
    await second.becomes(push.processId, 'STARTED')
    assert.equal((await second.suspend(pull.processId)).status, 204)
  }
  {
    await using third = await startEdcSignaling(setup)
    workspaces.add(edcProperty(await third.send('start', pull), 'workspaceId'))
    assert.equal((await third.terminate(push.processId)).status, 204)
    connector.interfere = () => 503
    const access = edcProperty(await third.send('start', pull), 'authorization')
    const ended = await fetch(`${third.under.consumerUrl}/v1/workspace`, {
      method: 'DELETE',
      headers: { authorization: access },
    })
    assert.equal(ended.status, 202)
    await until('a refused callback', () => connector.told(pull.processId).length > 0)
  }
  {
    await using last = await startEdcSignaling(setup)
    connector.interfere = () => undefined
    await until('the end', () => connector.processes.get(pull.processId) === 'COMPLETED')
    assert.equal((await last.send('start', pull)).status, 409)
    assert.equal(connector.told(push.processId).filter((told) => told.endsWith('204')).length, 1)
  }
  assert.equal(workspaces.size, 1)
  await rm(directory, { recursive: true })
})

test('a control plane without a callback address is told nothing, and nothing stays behind', async () => {
  await using mute = await startEdcSignaling({
    connector: edc.connector,
    controlPlane: { callbacks: undefined },
  })
  const { processId, consumer } = await mute.open()
  await consumer.call('DELETE', '/workspace')
  await mute.becomes(processId, 'COMPLETED')
  const { deliveries } = mute.under.service.app.database.read
  assert.equal(await deliveries.count({ kind: 'flow-callback' }), 0)
})
