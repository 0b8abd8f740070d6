import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { gate } from '../support/two-agreements-gate.ts'
import {
  startWorld,
  storeClient,
  storeStatus,
  type OpenedFlow,
  type World,
} from '../support/two-agreements-open.ts'
import { beginUpload } from '../support/two-agreements-upload.ts'
import { until } from '../support/until.ts'

const lingerSeconds = 60

let world: World

before(async () => {
  world = await startWorld({
    services: {
      'gate.service.yaml': gate('gate'),
      'deaf.service.yaml': gate('deaf', { deaf: true }),
    },
    variables: { DSC_LINGER_SECONDS: String(lingerSeconds) },
  })
})
after(() => world[Symbol.asyncDispose]())

/** Everything that stays open with a token: event stream, log follow, a running PUT. Each gives when it ended. */
function openStreams(flow: OpenedFlow, jobId: string, name: string) {
  const base = `${world.under.consumerUrl}/v1`
  const read = async (path: string, accept: string) => {
    const response = await fetch(`${base}${path}`, {
      headers: { authorization: flow.consumer.token, accept },
    })
    assert.equal(response.status, 200)
    await response.text().catch(() => 'broken off')
    return performance.now()
  }
  const put = beginUpload(`${base}/inputs/${name}`, flow.consumer.token)
  put.request.write('half')
  const putEnded = put.answer.then(
    ({ status, body }) => ({ at: performance.now(), status, code: body['code'] }),
    () => ({ at: performance.now(), status: 0, code: 'broken' }),
  )
  return {
    put,
    putEnded,
    events: read('/events', 'text/event-stream'),
    log: read(`/jobs/${jobId}/logs?follow=true`, 'text/plain'),
  }
}

const stillOpen = async (...promises: Promise<unknown>[]) => {
  const open = Symbol('open')
  const states = await Promise.all(
    promises.map((one) => Promise.race([one, Promise.resolve(open)])),
  )
  return states.every((state) => state === open)
}

async function startJob(flow: OpenedFlow, serviceId: string, gatePath: string) {
  const { seen, text } = await flow.ask('POST', '/jobs', {
    serviceId,
    parameters: { GATE: gatePath },
  })
  assert.ok(seen.id, text)
  await flow.reaches(`/jobs/${seen.id}`, 'RUNNING')
  await until('the worker', () => existsSync(`${gatePath}.pid`))
  return seen.id
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('the end of one of two flows ends what its token opened, the end of the last one everything', async () => {
  const first = await world.open()
  const second = await world.open({ agreementId: first.agreementId })
  const { seen: workspace } = await first.ask('GET', '/workspace')
  assert.equal((await second.ask('GET', '/workspace')).seen.id, workspace.id)
  const jobId = await startJob(first, 'gate', join(world.under.directory, 'gate-two-flows'))
  const { s3, bucket } = await storeClient(second)
  const kept = { Bucket: bucket, Key: 'inputs/kept' }
  await s3.send(new PutObjectCommand({ ...kept, Body: 'kept' }))
  const streams = {
    first: openStreams(first, jobId, 'half-first'),
    second: openStreams(second, jobId, 'half-second'),
  }
  await until('both uploads', async () => {
    const { items } = (await second.ask('GET', '/inputs')).seen
    return items.filter(({ state }) => state === 'UPLOADING').length === 2
  })

  const terminatedAt = performance.now()
  assert.equal((await first.tell('terminate')).status, 200)
  const put = await streams.first.putEnded
  const ends = [await streams.first.events, await streams.first.log, put.at]
  for (const at of ends) assert.ok(at - terminatedAt < 5000, `${at - terminatedAt} ms`)
  assert.deepEqual([put.status, put.code], [401, 'unauthenticated'])
  assert.equal((await first.ask('GET', '/jobs')).status, 401)
  assert.equal((await first.ask('GET', '/workspace')).status, 401)
  assert.ok(await stillOpen(streams.second.events, streams.second.log, streams.second.putEnded))
  assert.equal((await second.ask('GET', '/jobs')).status, 200)
  assert.equal(await storeStatus(s3.send(new GetObjectCommand(kept))), 200)
  const { read } = world.under.service.app.database
  const { store } = world.under.service.app
  const stored = await second.consumer.call('POST', '/credentials', { purpose: 'read' })
  const url = await store.presignGet(bucket, kept.Key, stored.body, 600)
  assert.equal((await fetch(url)).status, 200)

  assert.equal((await second.tell('terminate')).status, 200)
  const endedAt = performance.now()
  const last = await streams.second.putEnded
  for (const at of [await streams.second.events, await streams.second.log, last.at])
    assert.ok(at - endedAt < 5000, `${at - endedAt} ms`)
  assert.equal(last.status, 401)
  await until(
    'the cut',
    async () => (await storeStatus(s3.send(new GetObjectCommand(kept)))) === 403,
    5000,
  )
  assert.equal((await fetch(url)).status, 403)
  assert.equal((await read.workspaces.get({ id: workspace.id }))?.stateReason?.code, 'no-flow')

  const third = await world.open({ agreementId: first.agreementId })
  assert.equal((await third.ask('GET', '/workspace')).seen.id, workspace.id)
  assert.equal((await third.ask('GET', '/inputs/kept')).text, 'kept')
  assert.equal((await third.ask('GET', '/inputs/half-first')).status, 404)
  assert.equal((await third.ask('GET', `/jobs/${jobId}`)).seen.state, 'RUNNING')
  await until('the store lets in again', async () => (await fetch(url)).status === 200)
  await third.ask('DELETE', '/workspace')
  s3.destroy()
})

/** The report, checked with the published keys. */
async function verifiedReport(url: string) {
  const jws = await until('the deletion report', async () => {
    const answer = await fetch(url)
    return answer.status === 200 && answer.text()
  })
  const keys = await fetch(`${world.under.consumerUrl}/.well-known/jwks.json`)
  const set = createLocalJWKSet((await keys.json()) as JSONWebKeySet)
  const { payload } = await compactVerify(jws, set)
  return JSON.parse(Buffer.from(payload).toString()) as Record<string, string | number | null> & {
    readonly accessCut: { readonly at: string; readonly by: string }
  }
}

test('after the linger time: running work is ended with grace, and everything goes in order', async () => {
  const flow = await world.open()
  const { seen: workspace } = await flow.ask('GET', '/workspace')
  const gatePath = join(world.under.directory, 'gate-deaf')
  const jobId = await startJob(flow, 'deaf', gatePath)
  const pid = Number(readFileSync(`${gatePath}.pid`, 'utf8'))
  assert.ok(isAlive(pid))
  await flow.ask('PUT', '/inputs/one', 'one')
  const { s3, bucket } = await storeClient(flow)
  for (const key of ['inputs/unfinished', 'inputs/unfinished-too']) {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }),
    )
    const part = { Bucket: bucket, Key: key, UploadId, PartNumber: 1, Body: 'part' }
    await s3.send(new UploadPartCommand(part))
  }
  const expectation = await flow.ask('POST', '/transfers', { input: 'never', expect: true })
  await flow.tell('terminate')
  world.advance(lingerSeconds + 1)
  const report = await verifiedReport(workspace.deletionReportUrl)

  assert.ok(!isAlive(pid), `process ${pid} lives`)
  const jobs = join(world.under.directory, 'data', 'jobs')
  assert.ok(!(await readdir(jobs)).some((name) => name.includes(jobId)))
  assert.deepEqual(
    [report['endCause'], report.accessCut.by, report['uploadsAborted']],
    ['no-flow', 'bucket-policy', 2],
  )
  assert.ok(Number(report['objectsDeleted']) >= 1)
  const times = [
    report['closingSince'],
    report.accessCut.at,
    report['workEndedAt'],
    report['agentsCutAt'],
    report['retainedUntil'],
    report['bucketGoneAt'],
    report['deletedAt'],
  ].map(String)
  assert.deepEqual(times, times.toSorted(), 'the order of closing')
  const gone = new GetObjectCommand({ Bucket: bucket, Key: 'inputs/one' })
  assert.equal(await storeStatus(s3.send(gone)), 404)
  assert.ok(
    !(await world.under.service.app.store.listBuckets(AbortSignal.timeout(5000))).includes(bucket),
  )
  await laterReads(flow, { jobId, transferId: expectation.seen.id })
  s3.destroy()

  const next = await world.open({ agreementId: flow.agreementId })
  const fresh = (await next.ask('GET', '/workspace')).seen
  assert.notEqual(fresh.id, workspace.id)
  assert.deepEqual((await next.ask('GET', '/inputs')).seen.items, [])
  assert.deepEqual((await next.ask('GET', '/jobs')).seen.items, [])
  assert.equal((await flow.tell('resume')).status, 409)
})

/** What a token still opens after the end, and what the events say. */
async function laterReads(
  flow: OpenedFlow,
  ids: { readonly jobId: string; readonly transferId: string },
) {
  for (const path of ['/jobs', '/inputs', '', `/jobs/${ids.jobId}`, '/services']) {
    const { status, seen } = await flow.ask('GET', path)
    assert.deepEqual([status, seen.code], [410, 'workspace-ended'], path)
  }
  assert.equal((await flow.ask('POST', '/credentials', {})).status, 410)
  const shown = await flow.ask('GET', '/workspace')
  assert.deepEqual(
    [shown.status, shown.seen.state, shown.seen.endCause],
    [200, 'DELETED', 'no-flow'],
  )
  const stream = await flow.ask('GET', '/events', undefined, { accept: 'text/event-stream' })
  assert.equal(stream.status, 410)
  const { items } = (await flow.ask('GET', '/events?limit=500')).seen
  const types = items.map(({ type }) => type)
  const order = ['workspace.suspended', 'workspace.closing', 'transfer.failed', 'workspace.deleted']
  assert.deepEqual(
    types.filter((type) => order.includes(type)),
    order,
  )
  assert.ok(
    types.indexOf('job.cancelled') > types.indexOf('workspace.closing') ||
      types.includes('job.failed'),
  )
  assert.equal(types.at(-1), 'workspace.deleted')
  world.advance(3600)
  const expired = await flow.ask('GET', '/workspace')
  assert.deepEqual([expired.status, expired.seen.code], [401, 'token-expired'])
  world.advance(-3600)
}
