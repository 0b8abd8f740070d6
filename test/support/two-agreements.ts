import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { consumerClient, type ConsumerClient } from './consumer-client.ts'
import {
  controlPlaneFile,
  openingBody,
  property,
  signal,
  startControlPlane,
} from './control-plane-under-test.ts'
import { startUnderTest, type ServiceUnderTest } from './service-under-test.ts'
import { nodeService } from './services.ts'
import { until } from './until.ts'

/** Everything of one agreement that has a name, an id or a token. */
export interface Ids {
  readonly controlPlaneId: string
  readonly callbackUrl: string
  readonly agreementId: string
  readonly processId: string
  readonly preparedProcessId: string
  readonly workspaceId: string
  readonly serviceId: string
  readonly jobId: string
  readonly waitingJobId: string
  readonly order: string
  readonly input: string
  readonly directory: string
  readonly file: string
  readonly transferId: string
  readonly expectationId: string
  readonly pulledInput: string
  readonly subscriptionId: string
  readonly deliveryId: string
  readonly idempotencyKey: string
  readonly callbackToken: string
  readonly sinkToken: string
  readonly reportToken: string
  readonly refreshToken: string
  readonly accessToken: string
}

/** One agreement of one control plane, with something of every kind in its workspace. */
export interface Side {
  readonly ids: Ids
  readonly apiKey: string
  readonly consumer: ConsumerClient
  readonly bucket: string
}

export interface TwoAgreements extends AsyncDisposable {
  readonly under: ServiceUnderTest
  readonly first: Side
  readonly second: Side
}

const script = `require('node:fs').writeFileSync(process.env.ROOT + '/out/out.txt', 'result')`

const service = (id: string) =>
  nodeService(id, script, {
    datasets: [id],
    inputs: [{ name: 'in.txt', kind: 'file', mountPath: '/in', required: true }],
  })

/** A server that gives every file and takes every webhook. */
async function startFarSide() {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(request.method === 'GET' ? 200 : 204).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Two agreements of two control planes in two participant contexts; with `agreementId` both have the same one. */
export async function startTwoAgreements(
  options: { readonly agreementId?: string } = {},
): Promise<TwoAgreements> {
  const plane = await startControlPlane()
  const far = await startFarSide()
  const keys = { one: randomUUID(), two: randomUUID() }
  const file = (id: 'one' | 'two') =>
    controlPlaneFile(id, plane, {
      participantContextId: `context-${id}`,
      inbound: { type: 'api-key', key: keys[id] },
    })
  const under = await startUnderTest({
    services: {
      'one.service.yaml': service('service-one'),
      'two.service.yaml': service('service-two'),
    },
    controlPlanes: { 'one.control-plane.yaml': file('one'), 'two.control-plane.yaml': file('two') },
    // Long enough to be seen, and to be reopened in.
    variables: { DSC_RETENTION_SECONDS: '3' },
  })
  const make = (name: 'one' | 'two') =>
    openSide(under, { name, apiKey: keys[name], farUrl: far.url, callbackUrl: plane.url }, options)
  const [first, second] = await Promise.all([make('one'), make('two')])
  return {
    under,
    first,
    second,
    [Symbol.asyncDispose]: async () => {
      await under[Symbol.asyncDispose]()
      await plane[Symbol.asyncDispose]()
      far.stop()
    },
  }
}

interface SideWish {
  readonly name: 'one' | 'two'
  readonly apiKey: string
  readonly farUrl: string
  readonly callbackUrl: string
}

async function openSide(
  under: ServiceUnderTest,
  { name, apiKey, farUrl, callbackUrl }: SideWish,
  options: { readonly agreementId?: string },
): Promise<Side> {
  const opening = openingBody({
    agreementId: options.agreementId ?? `agreement-${name}-${randomUUID()}`,
    datasetId: `service-${name}`,
  })
  const key = { 'x-api-key': apiKey }
  const started = await signal(under.connectorUrl, 'start', opening, key)
  assert.equal(started.status, 200, JSON.stringify(started.body))
  const consumer = consumerClient(`${under.consumerUrl}/v1`, property(started, 'authorization'))
  const made = await fillWorkspace(consumer, farUrl, name)
  const preparing = openingBody({
    agreementId: `data-${name}`,
    metadata: { workspace: made.workspace.id, input: `prepared-${name}` },
  })
  const prepared = await signal(under.connectorUrl, 'prepare', preparing, key)
  assert.equal(prepared.status, 200, JSON.stringify(prepared.body))
  const { workspace, ids } = made
  return {
    apiKey,
    consumer,
    bucket: workspace.store.bucket,
    ids: {
      ...ids,
      controlPlaneId: name,
      callbackUrl,
      agreementId: opening.agreementId,
      processId: opening.processId,
      preparedProcessId: preparing.processId,
      workspaceId: workspace.id,
      serviceId: `service-${name}`,
      reportToken: workspace.deletionReportUrl.split('/').at(-1) ?? '',
      refreshToken: property(started, 'refreshToken'),
      accessToken: property(started, 'authorization'),
    },
  }
}

interface Shown {
  readonly id: string
  readonly state: string
  readonly deletionReportUrl: string
  readonly store: { readonly bucket: string }
  readonly callbackAddress: { readonly uri: string }
  readonly dataDestination: { readonly authCode: string }
  readonly items: readonly Shown[]
}

/** Calls until it is answered with a success. */
const ask = async (consumer: ConsumerClient, ...call: Parameters<ConsumerClient['call']>) => {
  const { status, body, text } = await consumer.call(...call)
  assert.ok(status < 300, `${call[0]} ${call[1]}: ${status} ${text}`)
  return body as Shown
}

async function fillWorkspace(consumer: ConsumerClient, farUrl: string, name: string) {
  const post = (path: string, body: unknown, headers = {}) =>
    ask(consumer, 'POST', path, body, headers)
  const endsAs = (path: string) =>
    until(`the end of ${path}`, async () => {
      const { state } = await ask(consumer, 'GET', path)
      return state === 'SUCCEEDED'
    })
  const input = `input-${name}.txt`
  const directory = `folder-${name}`
  await ask(consumer, 'PUT', `/inputs/${input}`, `secret of ${name}`)
  await ask(consumer, 'PUT', `/inputs/${directory}?path=${name}/part.txt`, `part of ${name}`)
  await post(`/inputs/${directory}/complete`, {})
  const subscription = await post('/subscriptions', { url: `${farUrl}/hook` })
  const pulledInput = `pulled-${name}`
  const source = { type: 'https', url: `${farUrl}/data` }
  const transfer = await post('/transfers', { input: pulledInput, source })
  const expectation = await post('/transfers', { input: `expected-${name}`, expect: true })
  const idempotencyKey = `key-${name}`
  const order = { serviceId: `service-${name}`, labels: { order: `order-${name}` } }
  const job = await post(
    '/jobs',
    { ...order, inputs: { 'in.txt': input } },
    { 'idempotency-key': idempotencyKey },
  )
  const missing = { 'in.txt': `missing-${name}` }
  const waiting = await post('/jobs', { ...order, inputs: missing, start: 'when-inputs-ready' })
  await endsAs(`/jobs/${job.id}`)
  await endsAs(`/transfers/${transfer.id}`)
  const deliveries = `/subscriptions/${subscription.id}/deliveries`
  const delivered = await until('all deliveries', async () => {
    const { items } = await ask(consumer, 'GET', `${deliveries}?limit=500`)
    return items.length > 8 && items.every(({ state }) => state === 'DELIVERED') && items
  })
  const workspace = await ask(consumer, 'GET', '/workspace')
  return {
    workspace,
    ids: {
      input,
      directory,
      file: `${name}/part.txt`,
      pulledInput,
      idempotencyKey,
      order: `order-${name}`,
      jobId: job.id,
      waitingJobId: waiting.id,
      transferId: transfer.id,
      expectationId: expectation.id,
      subscriptionId: subscription.id,
      deliveryId: delivered[0]?.id ?? '',
      callbackToken: expectation.callbackAddress.uri.split('/').at(-1) ?? '',
      sinkToken: expectation.dataDestination.authCode.replace('Bearer ', ''),
    },
  }
}

const tokens = ['callbackToken', 'sinkToken', 'reportToken', 'refreshToken', 'accessToken']

/** Names, ids and tokens that never were, as long as the given ones. */
export function idsThatNeverWere(ids: Ids): Ids {
  const other = (char: string | undefined) => (char === 'a' ? 'b' : 'a')
  const never: Record<string, string> = {}
  for (const [field, value] of Object.entries(ids)) {
    const text = String(value)
    const at = tokens.includes(field) ? Math.floor(text.length / 2) : text.length - 1
    never[field] = `${text.slice(0, at)}${other(text[at])}${text.slice(at + 1)}`
  }
  return { ...ids, ...never }
}

/** All that is stored of one side: its rows and the objects of its bucket. */
export async function storedOf(under: ServiceUnderTest, { ids, bucket }: Side) {
  await under.service.controller.idle()
  const { read } = under.service.app.database
  const { store } = under.service.app
  const { workspaceId, controlPlaneId } = ids
  const where = { workspaceId }
  const signal = AbortSignal.timeout(10_000)
  const { objects } = await store.list(bucket, { prefix: '' }, signal)
  return {
    workspace: await read.workspaces.get({ id: workspaceId }),
    controlPlane: await read.controlPlanes.get({ id: controlPlaneId }),
    flows: await read.flows.list({ where: { controlPlaneId } }),
    messages: await read.flowMessages.list({ where: { controlPlaneId } }),
    terminations: await read.rememberedTerminations.list({ where: { controlPlaneId } }),
    grants: await read.grants.list({ where }),
    inputs: await read.inputs.list({ where }),
    transfers: await read.transfers.list({ where }),
    jobs: await read.jobs.list({ where }),
    attempts: await read.attempts.list({ where }),
    events: await read.events.list({ where }),
    subscriptions: await read.subscriptions.list({ where }),
    deliveries: await read.deliveries.list({ where }),
    idempotency: await read.idempotency.list({ where: { scope: workspaceId } }),
    objects,
    uploads: await store.listUploads(bucket, '', signal),
  }
}
