import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test, type TestContext } from 'node:test'
import { consumerClient } from '../support/consumer-client.ts'
import { openingBody, property, signal } from '../support/control-plane-under-test.ts'
import { nodeService } from '../support/services.ts'
import {
  followFlow,
  startWorld,
  storeClient,
  storeStatus,
  type OpenedFlow,
  type World,
} from '../support/two-agreements-open.ts'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { until } from '../support/until.ts'

let world: World
const tokenSeconds = 300
const retentionSeconds = 100

before(async () => {
  world = await startWorld({
    services: {
      'any.service.yaml': nodeService('any', ''),
      'short.service.yaml': nodeService('short', '', {
        datasets: ['short'],
        limits: { workspaceSeconds: 120 },
      }),
    },
    variables: {
      DSC_TOKEN_SECONDS: String(tokenSeconds),
      DSC_RETENTION_SECONDS: String(retentionSeconds),
      DSC_LINGER_SECONDS: '0',
    },
  })
})
after(() => world[Symbol.asyncDispose]())

const rowOf = (id: string) => world.under.service.app.database.read.workspaces.get({ id })
const stateOf = async (id: string) => (await rowOf(id))?.state
const workspaceIdOf = async (flow: OpenedFlow) => (await flow.ask('GET', '/workspace')).seen.id

const manage = (path: string) =>
  fetch(`${world.under.managementUrl}/v1/${path}`, {
    method: 'POST',
    headers: { 'x-api-key': world.under.service.secrets.managementKey },
  })

const flowState = async ({ processId }: OpenedFlow) => {
  const { body } = await signal(world.under.connectorUrl, `${processId}/status`)
  return body.state
}

test('the consumer ends the workspace: the connector is told completed; retained data are out of reach, then gone', async () => {
  const flow = await world.open()
  await flow.ask('PUT', '/inputs/kept', 'kept')
  const { s3, bucket } = await storeClient(flow)
  const ended = await flow.ask('DELETE', '/workspace')
  assert.deepEqual(
    [ended.status, ended.seen.state, ended.seen.endCause],
    [202, 'CLOSING', 'consumer'],
  )
  assert.equal(await flowState(flow), 'COMPLETED')
  await until('the callback', () => world.plane.kindsOf(flow.processId).length > 0)
  const { id } = ended.seen
  await until('retention', async () => (await stateOf(id)) === 'RETAINED')
  assert.equal(
    await storeStatus(s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'inputs/kept' }))),
    403,
  )
  assert.equal((await flow.ask('GET', '/inputs/kept')).status, 410)
  assert.equal((await flow.ask('POST', '/credentials', {})).status, 410)
  assert.equal((await flow.ask('GET', '/workspace')).seen.state, 'RETAINED')
  assert.equal((await fetch(ended.seen.deletionReportUrl)).status, 404)
  const { store } = world.under.service.app
  assert.notEqual(await store.head(bucket, 'inputs/kept'), null)
  world.advance(retentionSeconds + 1)
  await until('the end', async () => (await stateOf(id)) === 'DELETED')
  assert.ok(!(await store.listBuckets(AbortSignal.timeout(5000))).includes(bucket))
  assert.equal((await fetch(ended.seen.deletionReportUrl)).status, 200)
  assert.deepEqual(world.plane.kindsOf(flow.processId), ['completed'])
  s3.destroy()
})

test('the operator ends it, or its time: the connector is told errored', async () => {
  const closed = await world.open()
  assert.equal((await manage(`workspaces/${await workspaceIdOf(closed)}/close`)).status, 202)
  const expired = await world.open({ datasetId: 'short', metadata: { computeServices: 'short' } })
  const expiredId = await workspaceIdOf(expired)
  world.advance(121)
  await until('expiry', async () => (await rowOf(expiredId))?.endCause === 'expired')
  for (const [flow, cause] of [
    [closed, 'operator'],
    [expired, 'expired'],
  ] as const) {
    await until('the callback', () => world.plane.kindsOf(flow.processId).includes('errored'))
    assert.equal(await flowState(flow), 'TERMINATED')
    const told = world.plane.callbacks.find(({ path }) => path.includes(flow.processId))
    assert.match(JSON.stringify(told?.body), new RegExp(`ended: ${cause}`))
    assert.deepEqual(world.plane.kindsOf(flow.processId), ['errored'])
    assert.equal((await flow.tell('terminate')).status, 200)
    assert.equal((await flow.ask('GET', '/jobs')).status, 410)
  }
  const again = await world.open({ agreementId: closed.agreementId })
  assert.notEqual(await workspaceIdOf(again), await workspaceIdOf(closed))
})

test('a refresh rotates the token; a lost answer does no harm; a superseded one dies with its successor’s use', async () => {
  const flow = await world.open()
  const refresh = async (token: string) => {
    const response = await fetch(`${world.under.consumerUrl}/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, string> }
  }
  const first = property(flow.started, 'refreshToken')
  const lost = await refresh(first)
  const repeated = await refresh(first)
  assert.deepEqual([lost.status, repeated.status], [200, 200])
  const second = repeated.body['refresh_token'] ?? ''
  assert.equal(second, lost.body['refresh_token'])
  const used = await refresh(second)
  assert.equal(used.status, 200)
  assert.equal((await refresh(first)).status, 401)
  assert.equal((await refresh(second)).status, 200)

  world.advance(tokenSeconds + 1)
  const expired = await flow.ask('GET', '/workspace')
  assert.deepEqual([expired.status, expired.seen.code], [401, 'token-expired'])
  const renewed = await refresh(used.body['refresh_token'] ?? '')
  assert.equal(renewed.status, 200)
  const token = renewed.body['access_token'] ?? ''
  const consumer = consumerClient(`${world.under.consumerUrl}/v1`, token)
  assert.equal((await consumer.call('GET', '/workspace')).status, 200)
  await flow.tell('terminate')
  assert.equal((await refresh(renewed.body['refresh_token'] ?? '')).status, 410)
})

/** Takes pushed access documents. */
async function startReceiver(context: TestContext) {
  const bodies: Record<string, string>[] = []
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        bodies.push(JSON.parse(body) as Record<string, string>)
        response.writeHead(200).end()
      },
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  context.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { bodies, url: `http://127.0.0.1:${port}/edr` }
}

test('a pushed access document is bound to the workspace: its token outlives its flow', async (context) => {
  const receiver = await startReceiver(context)
  const opening = openingBody({
    transferType: 'HttpData-PUSH',
    dataAddress: {
      '@type': 'DataAddress',
      endpointType: 'HttpData',
      endpoint: receiver.url,
      endpointProperties: [],
    },
  })
  const { connectorUrl, consumerUrl } = world.under
  const started = await signal(connectorUrl, 'start', opening)
  assert.equal(started.status, 200, JSON.stringify(started.body))
  const document = await until('the document', () => receiver.bodies[0])
  await until('the end of the flow', async () => {
    const { body } = await signal(connectorUrl, `${opening.processId}/status`)
    return body.state === 'COMPLETED'
  })
  const consumer = consumerClient(`${consumerUrl}/v1`, document['authorization'] ?? '')
  const flow = followFlow(world.under, opening, consumer)
  assert.equal((await flow.tell('terminate')).status, 200)
  const workspace = await flow.reaches('/workspace', 'READY')
  assert.equal(workspace.id, document['workspaceId'])
  assert.equal((await flow.ask('PUT', '/inputs/after', 'after')).status, 201)

  const pull = await world.open({ agreementId: opening.agreementId })
  assert.equal(await workspaceIdOf(pull), workspace.id)
  await pull.tell('suspend')
  assert.equal((await flow.ask('GET', '/inputs')).seen.code, 'workspace-suspended')
  await pull.tell('resume')
  assert.equal((await flow.ask('GET', '/inputs')).status, 200)
  await flow.ask('DELETE', '/workspace')
  assert.equal((await flow.ask('GET', '/inputs')).status, 410)
})
