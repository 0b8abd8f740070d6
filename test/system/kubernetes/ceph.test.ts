import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test, type TestContext } from 'node:test'
import { GetObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { startCeph, type CephStore } from '../../support/ceph-store.ts'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { until } from '../../support/until.ts'
import { makeNamespace } from './namespace.ts'
import { claimedAttempts, closing, deliveredOnce, podScenario } from './pod-scenario.ts'
import { agentEnded, workerRuns } from './pod-watch.ts'
import { waitingService } from './waiting-service.ts'

/** The whole with a store of its own, as in production: it outlives the service, and can be away by itself. */
let cluster: Cluster
let ceph: CephStore
let namespace = ''
before(async () => {
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
  ceph = await startCeph()
})
after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  await ceph.down()
  await cluster.down()
})

const text = 'the same text'
const collectSeconds = 12
const hasty = waitingService('hasty', { collectSeconds, graceSeconds: 5 })

async function opened(t: TestContext) {
  const prefix = `dsc-${randomBytes(4).toString('hex')}-`
  const scenario = await podScenario(t, cluster, namespace, {
    services: [waitingService(), hasty],
    variables: { ...ceph.variables, DSC_S3_BUCKET_PREFIX: prefix },
    store: { endpoint: ceph.endpoint, config: ceph.owner },
  })
  await scenario.put('text.txt', text)
  return { scenario, prefix }
}

interface Credentials {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

test('a job runs end to end; after the end of the workspace no bucket is left and its session is cut', async (t) => {
  const { scenario, prefix } = await opened(t)
  const id = await scenario.submit('waiting', { WAIT: 'no' })
  await deliveredOnce(scenario, id, text)
  const answer = await scenario.client().call('POST', '/credentials', { purpose: 'read-write' })
  assert.equal(answer.status, 200, answer.text)
  const { endpoint, region, bucket, ...credentials } = answer.body as Credentials
  using session = closing(new S3Client({ endpoint, region, forcePathStyle: true, credentials }))
  const read = () =>
    session.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'inputs/text.txt' }))
  assert.equal(await (await read()).Body?.transformToString(), text)
  const ended = await scenario.client().call('DELETE', '/workspace')
  assert.equal(ended.status, 202, ended.text)
  await assert.rejects(
    () => until('the session is cut', async () => !(await read())),
    (error: Error) => /AccessDenied|NoSuchBucket/.test(error.name),
  )
  using owner = closing(scenario.owner())
  await until(
    'no bucket is left',
    async () => {
      const { Buckets = [] } = await owner.client.send(new ListBucketsCommand({}))
      return Buckets.every(({ Name }) => Name?.startsWith(prefix) !== true)
    },
    60_000,
  )
  await assert.rejects(read, (error: Error) => /AccessDenied|NoSuchBucket/.test(error.name))
})

test('the gateway is away during stage-out: a result comes late, or from a new attempt, never without its bytes', async (t) => {
  const { scenario } = await opened(t)
  const outputs = scenario.way.hold('PUT', /\/outputs\/result/)
  const patient = await scenario.submit('waiting', { WAIT: 'no' })
  await outputs.reached()
  const impatient = await scenario.submit('hasty', { WAIT: 'no' })
  await scenario.is(impatient, 'COLLECTING')
  await ceph.stopGateway()
  try {
    outputs.release()
    await scenario.pod(impatient, agentEnded)
    assert.equal((await scenario.job(patient)).state, 'COLLECTING')
    assert.notEqual((await scenario.job(impatient)).state, 'SUCCEEDED')
  } finally {
    await ceph.startGateway()
  }
  await deliveredOnce(scenario, patient, text)
  const second = await scenario.ended(impatient)
  assert.deepEqual([second.state, second.attempt], ['SUCCEEDED', 2], JSON.stringify(second))
  assert.equal(second.attempts[0]?.failure?.class, 'system', JSON.stringify(second.attempts))
  t.diagnostic(`its first attempt: ${second.attempts[0].failure.code}`)
  assert.deepEqual(await claimedAttempts(scenario, impatient), [1, 2])
  assert.equal(await scenario.output(impatient), text)
})

test('the service is away for the rest of a job, the gateway when it is back: the job is not parked, and delivered', async (t) => {
  const { scenario } = await opened(t)
  const id = await scenario.submit('waiting', { WAIT: 'yes' })
  await scenario.pod(id, workerRuns)
  await scenario.is(id, 'RUNNING')
  await scenario.kill()
  await scenario.go(id)
  await scenario.pod(id, agentEnded)
  await ceph.stopGateway()
  try {
    const service = await scenario.restart()
    await until('passes that failed', () => failedPasses(service.output()) >= 3, 60_000)
    assert.notEqual((await scenario.job(id)).state, 'SUCCEEDED')
  } finally {
    await ceph.startGateway()
  }
  await deliveredOnce(scenario, id, text)
})

const failedPasses = (output: string) => (output.match(/a pass failed/g) ?? []).length
