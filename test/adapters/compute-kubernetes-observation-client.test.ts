import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { V1Job } from '@kubernetes/client-node'
import {
  clusterError,
  openCluster,
  statusOf,
  withSignal,
} from '../../src/adapters/compute-kubernetes/cluster-client.ts'
import type { FailureError } from '../../src/domain/failure.ts'
import {
  answerStatus,
  fakeToken,
  startFakeCluster,
  type FakeCluster,
} from '../support/fake-cluster.ts'
import { userAgent } from '../support/observed-cluster.ts'
import { until } from '../support/until.ts'

const open = (fake: FakeCluster, deadlineMs?: number) =>
  openCluster({
    kubeconfigPath: fake.kubeconfigPath,
    userAgent,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  })

/** What a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  return await call.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error,
  )
}

const jobs = { namespace: 'spaces' }

test('calls carry our User-Agent and the credential, one after the other on one connection or two', async () => {
  await using fake = await startFakeCluster()
  await using cluster = open(fake)
  for (let call = 0; call < 12; call += 1) await cluster.batch.listNamespacedJob(jobs)
  await cluster.core.listNamespacedPod(jobs)
  assert.equal(cluster.server, `http://127.0.0.1:${fake.port}`)
  // The HTTP client may begin the next request while it still tidies up the former.
  assert.ok(fake.connections() <= 2, `${fake.connections()} connections`)
  for (const { headers } of fake.requests) {
    assert.equal(headers['user-agent'], userAgent)
    assert.equal(headers.authorization, `Bearer ${fakeToken}`)
  }
})

test('a call ends with its signal, with the reason of the signal', async () => {
  await using fake = await startFakeCluster()
  await using cluster = open(fake)
  fake.intercept(() => true)
  const ending = new AbortController()
  const call = refusal(cluster.batch.listNamespacedJob(jobs, withSignal(ending.signal)))
  await until('the request', () => fake.requests.length === 1)
  const reason = new Error('the lease ends')
  ending.abort(reason)
  assert.equal(await call, reason)
  await until('no connection', () => fake.openSockets() === 0)
  const late = refusal(cluster.batch.listNamespacedJob(jobs, withSignal(ending.signal)))
  assert.equal(await late, reason)
})

test('a call ends at its deadline, whether the answer or its rest does not come', async () => {
  await using fake = await startFakeCluster()
  await using cluster = open(fake, 100)
  for (const begins of [false, true]) {
    fake.intercept((_, response) => {
      if (begins) response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":')
      return true
    })
    const error = clusterError(await refusal(cluster.batch.listNamespacedJob(jobs)))
    assert.equal(error.failure.code, 'cluster-unavailable')
    assert.match(error.message, /no answer within 100 ms/)
    assert.equal(statusOf(error), undefined)
  }
  await until('no connection', () => fake.openSockets() === 0)
})

test('a body without end has no deadline once it has begun', async () => {
  await using fake = await startFakeCluster()
  await using cluster = open(fake, 100)
  const ending = new AbortController()
  const path = '/api/v1/namespaces/spaces/pods'
  const body = await cluster.open(path, { watch: true, resourceVersion: 1_000 }, ending.signal)
  const reader = body.getReader()
  await new Promise((resolve) => setTimeout(resolve, 200))
  fake.pods.bookmark()
  const { value } = await reader.read()
  assert.match(Buffer.from(value ?? []).toString(), /BOOKMARK/)
  ending.abort(new Error('enough'))
  await assert.rejects(reader.read(), { message: 'enough' })
  await until('no connection', () => fake.openSockets() === 0)
})

const answers = [
  { status: 500, verb: 'create', code: 'cluster-unavailable' },
  { status: 503, verb: 'other', code: 'cluster-unavailable' },
  { status: 504, verb: 'other', code: 'cluster-unavailable' },
  { status: 429, verb: 'create', code: 'cluster-unavailable' },
  { status: 401, verb: 'create', code: 'cluster-unavailable' },
  { status: 403, verb: 'other', code: 'cluster-unavailable' },
  { status: 403, verb: 'create', code: 'admission-refused' },
  { status: 422, verb: 'create', code: 'admission-refused' },
  { status: 400, verb: 'create', code: 'admission-refused' },
  { status: 422, verb: 'other', code: 'internal' },
  { status: 404, verb: 'other', code: 'internal' },
  { status: 409, verb: 'create', code: 'internal' },
] as const

for (const { status, verb, code } of answers) {
  test(`${status} as answer to ${verb === 'create' ? 'a creation' : 'another call'} is ${code}`, async () => {
    await using fake = await startFakeCluster()
    await using cluster = open(fake)
    fake.intercept((_, response) => {
      answerStatus(response, status, 'pods "x" is forbidden: violates\n  PodSecurity')
      return true
    })
    const error = await refusal(cluster.batch.createNamespacedJob({ ...jobs, body: new V1Job() }))
    const translated = clusterError(error, verb)
    assert.equal(translated.failure.code, code)
    assert.equal(statusOf(error), status)
    assert.equal(statusOf(translated), status)
    // The library keeps nothing of the body of a 401.
    if (status !== 401) assert.match(translated.message, /"x" is forbidden: violates PodSecurity$/)
    if (code === 'admission-refused') assert.match(translated.message, /^pods "x"/)
    assert.equal(clusterError(translated), translated)
    assert.ok(!inspect(translated, { depth: 9 }).includes(fakeToken))
  })
}

test('no connection is cluster-unavailable, named by its code alone', async () => {
  await using fake = await startFakeCluster()
  await using cluster = open(fake)
  await fake.goAway()
  const error: FailureError = clusterError(await refusal(cluster.core.listNamespacedPod(jobs)))
  assert.equal(error.failure.code, 'cluster-unavailable')
  assert.equal(error.message, 'The cluster did not answer: ECONNREFUSED.')
})

test('a credential that no header can carry is not quoted', async () => {
  await using fake = await startFakeCluster()
  const folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
  try {
    const kubeconfigPath = join(folder, 'kubeconfig')
    const user = { name: 'u', user: { token: 'canary\nsecret' } }
    const server = `http://127.0.0.1:${fake.port}`
    const cluster = { name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }
    const context = { name: 'x', context: { cluster: 'c', user: 'u' } }
    const config = {
      'current-context': 'x',
      clusters: [cluster],
      users: [user],
      contexts: [context],
    }
    await writeFile(kubeconfigPath, JSON.stringify(config))
    await using client = openCluster({ kubeconfigPath, userAgent })
    const error = clusterError(await refusal(client.core.listNamespacedPod(jobs)))
    assert.doesNotMatch(inspect(error, { depth: 9 }), /canary/)
    await writeFile(kubeconfigPath, `users: [{ token: canary, "`)
    assert.throws(
      () => openCluster({ kubeconfigPath, userAgent }),
      (thrown: Error) =>
        thrown.message.includes(kubeconfigPath) && !inspect(thrown).includes('canary'),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('without a kubeconfig and outside of a cluster it says so', () => {
  assert.throws(() => openCluster({ userAgent }), /no pod of a cluster/)
})
