import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import type { Application } from '../../src/application/application.ts'
import { newTransfer } from '../../src/application/intake/create-transfer.ts'
import { startDataFlow } from '../../src/application/flows/start-data-flow.ts'
import { noUsage } from '../../src/domain/job.ts'
import { managementDocument } from '../../src/generated/management-document.ts'
import { defineApi } from '../../src/http/api.ts'
import { createListener } from '../../src/http/listener.ts'
import { managementHandlers } from '../../src/http/management-handlers.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createMetricsText } from '../../src/telemetry/state-gauges.ts'
import {
  openControlPlane,
  openingMessage,
  operatedApplication,
  storeFacts,
} from '../support/operated-application.ts'

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown }

/** The management API over HTTP. Every answer is checked against the document. */
async function managed(context: TestContext) {
  const store = { ...storeFacts, head: () => Promise.reject(new Error('down')) }
  const compute = { list: () => Promise.resolve([]) }
  const far = { store, compute } as unknown as Pick<Application, 'store' | 'compute'>
  const operated = await operatedApplication(context, far)
  const { app, clock } = operated
  const { register } = createMetrics(quiet)
  let heartbeat = clock.now
  const listener = await createListener({
    name: 'management',
    apis: [
      defineApi({
        name: 'management',
        document: managementDocument,
        handlers: managementHandlers(app, {
          heartbeat: () => heartbeat,
          metricsText: createMetricsText({
            register,
            database: app.database,
            compute: { lastContactAt: () => null },
            now: app.now,
            log: quiet,
          }),
          connectorPlace: { onLoopback: true },
        }),
        authenticate: { apiKey: () => Promise.resolve({ operator: true } as const) },
      }),
    ],
    log: quiet,
    validateResponses: true,
  })
  const { url } = await listener.start('127.0.0.1', 0)
  context.after(async () => {
    await listener.stop(0)
    assert.deepEqual(listener.responseErrors, [])
  })
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') === true
    const parsed: unknown = json ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body: parsed }
  }
  const beat = () => {
    heartbeat = clock.now
  }
  return { ...operated, call, beat }
}

const service = {
  id: 'sum',
  title: 'Sum',
  worker: { image: 'i:1', command: ['node', 'main.mjs'] },
  inputs: [{ name: 'table.csv', kind: 'file', mountPath: '/work/in' }],
  outputs: [{ name: 'report', kind: 'directory' }],
  outputDirectory: '/work/out',
}

const field = (body: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], body)

test('services: 201, 200, 204, 400, 404, 409', async (context) => {
  const { call } = await managed(context)
  const made = await call('POST', '/v1/services', service)
  assert.deepEqual([made.status, made.headers.get('location')], [201, '/v1/services/sum'])
  assert.equal((await call('POST', '/v1/services', service)).status, 409)
  const wrong = await call('PUT', '/v1/services/sum', { ...service, outputDirectory: '/proc/x' })
  assert.deepEqual(
    [wrong.status, field(wrong.body, 'errors', 0, 'pointer')],
    [400, '/outputDirectory'],
  )
  assert.equal((await call('PUT', '/v1/services/other', service)).status, 400)
  const replaced = await call('PUT', '/v1/services/sum', { ...service, title: 'Sum 2' })
  assert.deepEqual([replaced.status, field(replaced.body, 'version')], [200, 2])
  assert.equal(field((await call('GET', '/v1/services/sum?version=1')).body, 'title'), 'Sum')
  assert.equal((await call('GET', '/v1/services/sum/versions')).status, 200)
  assert.equal(field((await call('POST', '/v1/services/sum/pause')).body, 'state'), 'PAUSED')
  assert.equal(
    field((await call('GET', '/v1/services?state=PAUSED')).body, 'items', 0, 'id'),
    'sum',
  )
  assert.equal(field((await call('POST', '/v1/services/sum/resume')).body, 'state'), 'ACTIVE')
  assert.equal((await call('DELETE', '/v1/services/sum')).status, 204)
  assert.equal((await call('GET', '/v1/services/sum')).status, 404)
})

test('a used service answers its deletion as retired', async (context) => {
  const { call, app } = await managed(context)
  await call('POST', '/v1/services', service)
  await startDataFlow(app, openControlPlane, openingMessage())
  const removed = await call('DELETE', '/v1/services/sum')
  assert.deepEqual([removed.status, field(removed.body, 'state')], [200, 'RETIRED'])
})

test('the shipped old assets are imported unchanged', async (context) => {
  const { call } = await managed(context)
  const asset: unknown = JSON.parse(
    await readFile(new URL('../fixtures/old-asset.json', import.meta.url), 'utf8'),
  )
  const key = { 'idempotency-key': 'import-1' }
  const imported = await call('POST', '/v1/services/import', asset, key)
  assert.equal(imported.status, 201)
  assert.equal(field(imported.body, 'service', 'outputDirectory'), '/output')
  const again = await call('POST', '/v1/services/import', asset, key)
  assert.deepEqual([again.status, again.body], [201, imported.body])
  assert.equal((await call('POST', '/v1/services/import', { service_id: 'x' }, key)).status, 400)
  const other = { ...(asset as object), service_id: 'other' }
  assert.equal((await call('POST', '/v1/services/import', other, key)).status, 422)
})

test('control planes: secrets go in and never come out', async (context) => {
  const { call } = await managed(context)
  const controlPlane = {
    id: 'edc',
    protocol: 'dps',
    inbound: { type: 'api-key', key: 'canary-inbound' },
    callbacks: { url: 'http://connector:9191/', type: 'api-key', key: 'canary-callback' },
    management: { url: 'http://connector:8181/management', key: 'canary-management' },
  }
  const made = await call('POST', '/v1/control-planes', controlPlane)
  assert.equal(made.status, 201)
  const answers = [
    made,
    await call('GET', '/v1/control-planes'),
    await call('GET', '/v1/control-planes/edc'),
    await call('PUT', '/v1/control-planes/edc', { ...controlPlane, inbound: { type: 'api-key' } }),
    await call('POST', '/v1/control-planes', { ...controlPlane, id: 'two' }),
  ]
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 200, 200, 200, 400],
  )
  assert.doesNotMatch(JSON.stringify(answers.map(({ body }) => body)), /canary|sealed|sha256/i)
  const exchanges = await call('GET', '/v1/control-planes/edc/exchanges')
  assert.deepEqual([exchanges.status, exchanges.body], [200, { items: [], next: null }])
  assert.equal((await call('GET', '/v1/control-planes/edc/exchanges?cursor=x')).status, 400)
  assert.equal((await call('GET', '/v1/control-planes/none/exchanges')).status, 404)
  assert.equal((await call('DELETE', '/v1/control-planes/edc')).status, 204)
  assert.equal((await call('DELETE', '/v1/control-planes/edc')).status, 404)
})

test('workspaces and flows are shown, suspended, resumed and closed', async (context) => {
  const { call, app } = await managed(context)
  await call('POST', '/v1/services', service)
  await startDataFlow(app, openControlPlane, openingMessage())
  const list = await call('GET', '/v1/workspaces?agreementId=a1&limit=1')
  const id = String(field(list.body, 'items', 0, 'id'))
  assert.deepEqual([list.status, field(list.body, 'items', 0, 'store')], [200, null])
  await app.database.read.workspaces.update({ id }, { state: 'READY', readyAt: app.now() })
  const step = async (verb: string) => {
    const { status, body } = await call('POST', `/v1/workspaces/${id}/${verb}`)
    return [status, field(body, 'state') ?? field(body, 'code')]
  }
  assert.deepEqual(await step('suspend'), [202, 'SUSPENDED'])
  assert.deepEqual(await step('resume'), [202, 'READY'])
  assert.deepEqual(await step('reopen'), [409, 'state-conflict'])
  assert.deepEqual(await step('close'), [202, 'CLOSING'])
  assert.deepEqual(await step('suspend'), [409, 'state-conflict'])
  assert.equal((await call('GET', `/v1/workspaces/${id}`)).status, 200)
  assert.equal((await call('GET', '/v1/workspaces/ws-none')).status, 404)
  const flows = await call('GET', '/v1/flows?processId=p1')
  assert.deepEqual([flows.status, field(flows.body, 'items', 0, 'error')], [200, 'operator'])
})

test('empty lists are lists, and unknown parameters are refused', async (context) => {
  const { call } = await managed(context)
  for (const path of [
    'jobs',
    'transfers',
    'deliveries',
    'parked',
    'reports',
    'flows',
    'workspaces',
  ]) {
    assert.deepEqual((await call('GET', `/v1/${path}`)).body, { items: [], next: null }, path)
    assert.equal((await call('GET', `/v1/${path}?sort=x`)).status, 400, path)
    assert.equal((await call('GET', `/v1/${path}?cursor=x`)).status, 400, path)
  }
  assert.equal((await call('GET', '/v1/jobs/job-1')).status, 404)
  assert.equal((await call('POST', '/v1/jobs/job-1/cancel')).status, 404)
  assert.equal((await call('GET', '/v1/transfers/tr-1')).status, 404)
  assert.equal((await call('POST', '/v1/deliveries/dlv-1/redeliver')).status, 404)
  assert.equal((await call('POST', '/v1/parked/job.job-1/retry')).status, 404)
})

test('jobs, transfers and deliveries of all workspaces are shown as the document says', async (context) => {
  const { call, app } = await managed(context)
  await call('POST', '/v1/services', service)
  await app.database.read.controlPlanes.insert({
    ...openControlPlane,
    callbackUrl: 'http://edc:1/x',
  })
  const { dataFlowId } = await startDataFlow(app, openControlPlane, openingMessage())
  assert.equal(dataFlowId, 'p1')
  const [workspace] = await app.database.read.workspaces.list({})
  assert(workspace)
  const transferId = await insertWork(app, workspace.id)
  const list = async (path: string) => {
    const { status, body } = await call('GET', path)
    return [status, (field(body, 'items') as unknown[] | undefined)?.length]
  }
  assert.deepEqual(await list('/v1/jobs?label=order:4711&serviceId=sum'), [200, 1])
  assert.deepEqual(await list('/v1/jobs?label=order:4712'), [200, 0])
  assert.deepEqual(await list('/v1/transfers?input=table.csv&state=QUEUED'), [200, 1])
  assert.equal((await call('GET', `/v1/transfers/${transferId}`)).status, 200)
  const cancelled = await call('POST', '/v1/jobs/job-1/cancel')
  assert.deepEqual(
    [cancelled.status, field(cancelled.body, 'cancelRequestedAt')],
    [202, '2026-11-24T09:00:00.000Z'],
  )
  await call('POST', `/v1/workspaces/${workspace.id}/close`)
  const owed = await call('GET', '/v1/deliveries?lane=control-plane&controlPlaneId=edc')
  assert.deepEqual(
    [field(owed.body, 'items', 0, 'target'), field(owed.body, 'items', 0, 'type')],
    ['http://edc:1', 'errored'],
  )
  const id = String(field(owed.body, 'items', 0, 'id'))
  await app.database.read.deliveries.update({ id }, { state: 'DEAD', nextAttemptAt: null })
  const again = await call('POST', `/v1/deliveries/${id}/redeliver`)
  assert.deepEqual([again.status, field(again.body, 'state')], [202, 'PENDING'])
})

async function insertWork(app: Application, workspaceId: string): Promise<string> {
  const now = app.now()
  const { jobs, jobLabels, transfers } = app.database.read
  await jobs.insert({
    id: 'job-1',
    workspaceId,
    serviceId: 'sum',
    version: 1,
    labels: { order: '4711' },
    state: 'QUEUED',
    stateReason: null,
    stateSince: now,
    bindings: { 'table.csv': 'january.csv' },
    pins: null,
    parameters: { TITLE: 'x' },
    sealedParameters: null,
    parametersSha256: '',
    attempt: 0,
    maxAttempts: 3,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    cancelRequestedAt: null,
    stopFailure: null,
    exitCode: null,
    failure: null,
    usage: noUsage,
  })
  await jobLabels.insert({ jobId: 'job-1', workspaceId, name: 'order', value: '4711' })
  const wish = { id: 'tr-1', workspaceId, input: 'table.csv', flowId: null }
  await transfers.insert(newTransfer(app, { ...wish, state: 'QUEUED', waitSeconds: 60 }))
  return wish.id
}

test('alive while the loop beats; ready while the database answers, whatever the store does', async (context) => {
  const { call, clock, beat } = await managed(context)
  assert.equal((await call('GET', '/health/live')).status, 200)
  clock.advance(31)
  assert.equal((await call('GET', '/health/live')).status, 503)
  beat()
  assert.equal((await call('GET', '/health/live')).status, 200)
  const ready = await call('GET', '/health/ready')
  assert.deepEqual(
    [ready.status, ready.body],
    [200, { status: 'up', database: 'up', store: 'down', compute: 'up' }],
  )
  const metrics = await call('GET', '/metrics')
  assert.match(String(metrics.body), /dsc_database_up 1/)
})
