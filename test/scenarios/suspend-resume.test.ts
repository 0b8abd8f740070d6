import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { serveFile, startSource } from '../support/source-server.ts'
import { gate } from '../support/two-agreements-gate.ts'
import {
  MiB,
  startWorld,
  storeClient,
  storeStatus,
  type OpenedFlow,
  type World,
} from '../support/two-agreements-open.ts'
import { sha256 } from '../support/two-agreements-upload.ts'
import { until } from '../support/until.ts'

let world: World
const queueSeconds = 30

before(async () => {
  const limits = { graceSeconds: 1, attempts: 1, concurrentJobs: 1, queueSeconds, inputSeconds: 30 }
  const inputs = [{ name: 'in.txt', kind: 'file', mountPath: '/in', required: false }]
  world = await startWorld({
    services: {
      'gate.service.yaml': gate('gate', { limits, inputs }),
      'strict.service.yaml': gate('strict', { onSuspend: 'cancel' }),
    },
  })
})
after(() => world[Symbol.asyncDispose]())

const gatePath = (name: string) => join(world.under.directory, name)

async function submit(flow: OpenedFlow, serviceId: string, name: string, more: object = {}) {
  const body = { serviceId, parameters: { GATE: gatePath(name) }, ...more }
  const { status, seen, text } = await flow.ask('POST', '/jobs', body)
  assert.equal(status, 201, text)
  return seen.id
}

async function running(flow: OpenedFlow, serviceId: string, name: string) {
  const id = await submit(flow, serviceId, name)
  await flow.reaches(`/jobs/${id}`, 'RUNNING')
  await until('the worker', () => existsSync(`${gatePath(name)}.pid`))
  return id
}

const rowOf = (id: string) => world.under.service.app.database.read.jobs.get({ id })

test('while suspended everything is refused but state and events; the first token works again afterwards', async () => {
  const flow = await world.open()
  const { s3, bucket } = await storeClient(flow)
  const object = { Bucket: bucket, Key: 'inputs/kept' }
  await s3.send(new PutObjectCommand({ ...object, Body: 'kept' }))
  const session = await flow.consumer.call('POST', '/credentials', { purpose: 'read' })
  const url = await world.under.service.app.store.presignGet(bucket, object.Key, session.body, 600)
  assert.equal((await fetch(url)).status, 200)

  assert.equal((await flow.tell('suspend')).status, 200)
  for (const [method, path, body] of [
    ['GET', ''],
    ['GET', '/jobs'],
    ['GET', '/inputs/kept'],
    ['PUT', '/inputs/new', 'new'],
    ['DELETE', '/inputs/kept'],
    ['DELETE', '/workspace'],
    ['POST', '/credentials', {}],
    ['POST', '/jobs', { serviceId: 'gate' }],
    ['POST', '/transfers', { input: 'x', expect: true }],
    ['POST', '/subscriptions', { url: 'http://127.0.0.1:1/' }],
  ] as const) {
    const { status, seen } = await flow.ask(method, path, body)
    assert.deepEqual([status, seen.code], [403, 'workspace-suspended'], `${method} ${path}`)
  }
  const refresh = flow.started.body.dataAddress?.endpointProperties.find(
    ({ name }) => name === 'refreshToken',
  )
  const refreshed = await flow.ask(
    'POST',
    `/token?grant_type=refresh_token&refresh_token=${refresh?.value ?? ''}`,
  )
  assert.deepEqual([refreshed.status, refreshed.seen.code], [403, 'workspace-suspended'])
  const shown = await flow.ask('GET', '/workspace')
  assert.deepEqual([shown.status, shown.seen.state], [200, 'SUSPENDED'])
  const told = await flow.ask('GET', '/events?wait=60')
  assert.equal(told.status, 200)
  assert.equal(told.seen.items.at(-1)?.type, 'workspace.suspended')
  const stream = await flow.ask('GET', '/events', undefined, { accept: 'text/event-stream' })
  assert.equal(stream.status, 403)
  const get = () => storeStatus(s3.send(new GetObjectCommand(object)))
  await until('the cut', async () => (await get()) === 403, 5000)
  assert.equal((await fetch(url)).status, 403)

  const resumed = await flow.tell('resume')
  assert.equal(resumed.status, 200)
  assert.equal((await flow.ask('GET', '/jobs')).status, 200)
  assert.equal((await flow.ask('GET', '/inputs/kept')).text, 'kept')
  await until('the session again', async () => (await get()) === 200, 5000)
  assert.equal((await fetch(url)).status, 200)
  s3.destroy()
})

test('a running job delivers while suspended; a queued one and one without inputs wait, and that time does not count', async () => {
  const flow = await world.open()
  const id = await running(flow, 'gate', 'delivers')
  const queued = await submit(flow, 'gate', 'queued')
  const inputs = { 'in.txt': 'later.txt' }
  const waiting = await submit(flow, 'gate', 'waits', { inputs, start: 'when-inputs-ready' })
  await until(
    'the queue',
    async () => (await rowOf(queued))?.stateReason?.code === 'concurrency-limit',
  )
  await flow.tell('suspend')
  for (const one of [queued, waiting])
    await until('suspended', async () => (await rowOf(one))?.stateReason?.code === 'suspended')
  writeFileSync(gatePath('delivers'), '')
  await until('the end of the job', async () => (await rowOf(id))?.state === 'SUCCEEDED')
  world.advance(queueSeconds + 30)
  await world.under.service.controller.idle()
  assert.deepEqual(
    [(await rowOf(queued))?.state, (await rowOf(waiting))?.state],
    ['QUEUED', 'WAITING_FOR_INPUTS'],
  )
  await flow.tell('resume')
  const outputs = await flow.ask('GET', `/jobs/${id}/outputs/out.txt`)
  assert.deepEqual([outputs.status, outputs.text], [200, 'result'])
  assert.equal((await flow.ask('GET', `/jobs/${id}/manifest`)).status, 200)
  await flow.reaches(`/jobs/${queued}`, 'RUNNING')
  assert.equal((await flow.ask('GET', `/jobs/${waiting}`)).seen.state, 'WAITING_FOR_INPUTS')
  writeFileSync(gatePath('queued'), '')
  writeFileSync(gatePath('waits'), '')
  await flow.reaches(`/jobs/${queued}`, 'SUCCEEDED')
  await flow.ask('PUT', '/inputs/later.txt', 'later')
  await flow.reaches(`/jobs/${waiting}`, 'SUCCEEDED')
})

test('a service that says so has its jobs ended by the suspension, running and waiting', async () => {
  const flow = await world.open()
  const id = await running(flow, 'strict', 'strict')
  await flow.tell('suspend')
  await until('the end of the job', async () => (await rowOf(id))?.state === 'FAILED')
  await flow.tell('resume')
  const { seen } = await flow.ask('GET', `/jobs/${id}`)
  assert.deepEqual([seen.failure?.class, seen.failure?.code], ['policy', 'workspace-suspended'])
})

test('a transfer pauses, and goes on with the parts that it has', async (context) => {
  const content = randomBytes(20 * MiB)
  const source = await startSource((request, response, count) => {
    if (count > 0) {
      serveFile(request, response, { content })
      return
    }
    // The first answer stops in the third part.
    response.writeHead(200, {
      'content-length': content.length,
      'accept-ranges': 'bytes',
      etag: '"one"',
    })
    response.write(content.subarray(0, 17 * MiB))
  })
  context.after(() => source.stop())
  const flow = await world.open()
  const asked = { input: 'pulled', source: { type: 'https', url: source.url } }
  const { seen } = await flow.ask('POST', '/transfers', asked)
  const { read } = world.under.service.app.database
  const key = { id: seen.id }
  const parts = () => read.transferParts.count({ transferId: seen.id })
  await until('two parts', async () => (await parts()) === 2)
  await flow.tell('suspend')
  await until('paused', async () => (await read.transfers.get(key))?.state === 'QUEUED')
  assert.equal(await parts(), 2)
  await world.under.service.controller.idle()
  assert.equal(source.requests.length, 1)
  await flow.tell('resume')
  const ended = await flow.reaches(`/transfers/${seen.id}`, 'SUCCEEDED')
  assert.equal(ended.sha256, sha256(content).toString('hex'))
  assert.deepEqual(
    source.requests.map(({ headers }) => headers.range),
    [undefined, `bytes=${16 * MiB}-`],
  )
})

test('the operator’s suspension is one, whatever the flows say', async () => {
  const flow = await world.open()
  const { seen } = await flow.ask('GET', '/workspace')
  const manage = (verb: string) =>
    fetch(`${world.under.managementUrl}/v1/workspaces/${seen.id}/${verb}`, {
      method: 'POST',
      headers: { 'x-api-key': world.under.service.secrets.managementKey },
    })
  assert.equal((await manage('suspend')).status, 202)
  assert.equal((await flow.ask('GET', '/jobs')).seen.code, 'workspace-suspended')
  await flow.tell('suspend')
  await flow.tell('resume')
  assert.equal((await flow.ask('GET', '/jobs')).seen.code, 'workspace-suspended')
  assert.equal((await manage('resume')).status, 202)
  assert.equal((await flow.ask('GET', '/jobs')).status, 200)
})

test('a suspended flow beside a started one: only its token is refused', async () => {
  const first = await world.open()
  const second = await world.open({ agreementId: first.agreementId })
  await first.tell('suspend')
  assert.equal((await first.ask('GET', '/jobs')).seen.code, 'workspace-suspended')
  assert.equal((await second.ask('GET', '/jobs')).status, 200)
  assert.equal((await second.ask('GET', '/workspace')).seen.state, 'READY')
  await first.tell('resume')
  assert.equal((await first.ask('GET', '/jobs')).status, 200)
})
