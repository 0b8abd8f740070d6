import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { faultScenario } from '../../support/fault-scenario.ts'
import type { ShownJob } from '../../support/fault-jobs.ts'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesVariables, shellService } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { labels } from '../../../src/adapters/compute-kubernetes/names.ts'
import { makeNamespace } from './namespace.ts'
import { startWorkerDesk, type WorkerDesk } from './worker-desk.ts'

let desk: WorkerDesk
let cluster: Cluster
let namespace = ''
before(async () => {
  desk = await startWorkerDesk()
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await desk[Symbol.asyncDispose]()
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  await cluster.down()
})

/** Stands for hours in which nothing is to be seen. */
const quietMs = 10_000

/** A service of its own process with one running job. */
async function runningJob(t: TestContext, limits: Readonly<Record<string, number>>) {
  const lines =
    'second=0; while [ $second -lt 5 ]; do second=$((second+1)); echo line $second; done'
  const patient = shellService(
    'patient',
    `${desk.begin}; echo attempt $DSC_ATTEMPT; ${lines}
    if [ $DSC_ATTEMPT = 1 ]; then ${desk.wait}; fi
    echo $DSC_ATTEMPT > /work/out/result; echo end`,
    { egress: desk.egress, limits },
  )
  const scenario = await faultScenario(t, {
    services: { 'patient.service.yaml': patient },
    variables: kubernetesVariables(cluster, namespace),
  })
  const answer = await scenario.client().call('POST', '/jobs', { serviceId: 'patient' })
  assert.equal(answer.status, 201, answer.text)
  const { id } = answer.body as ShownJob
  await desk.begun(id)
  await scenario.jobIs(id, 'RUNNING')
  const kubectl = (...args: readonly string[]) =>
    cluster.kubectl(['--namespace', namespace, ...args])
  const ofJob = ['-l', `${labels.job}=${id}`]
  return {
    ...scenario,
    id,
    kubectl,
    ofJob,
    ended: () =>
      until(
        `the end of ${id}`,
        async () => {
          const job = await scenario.get<ShownJob>(`/jobs/${id}`)
          return job.endedAt !== null && job
        },
        90_000,
      ),
    text: async (path: string) => (await scenario.client().call('GET', path)).text,
    nothingStays: () =>
      until(
        `nothing of ${id}`,
        async () => (await kubectl('get', 'jobs,pods,secrets', ...ofJob, '-o', 'name')) === '',
        60_000,
      ),
  }
}

const printed = (attempt: number, last = '') =>
  `attempt ${attempt}\n${[1, 2, 3, 4, 5].map((line) => `line ${line}\n`).join('')}${last}`

describe('the service is not there', { concurrency: 3 }, () => {
  it('pod-deleted: a pod that is deleted meanwhile is a new attempt; the claimed one never runs again', async (t) => {
    const job = await runningJob(t, { attempts: 2, collectSeconds: 6 })
    await until(
      'the log is here',
      async () => (await job.text(`/jobs/${job.id}/logs`)) === printed(1),
    )
    await job.kill()
    await job.kubectl('delete', 'pods', ...job.ofJob, '--timeout=60s')
    await job.restart()
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.deepEqual(
      ended.attempts.map(({ state }) => state),
      ['FAILED', 'SUCCEEDED'],
    )
    assert.equal(ended.attempts[0]?.failure?.code, 'pod-deleted')
    assert.equal(ended.attempts[0].failure.class, 'system')
    assert.deepEqual(desk.starts(job.id), [1, 1])
    assert.equal(await job.text(`/jobs/${job.id}/outputs/result`), '2\n')
    assert.equal(await job.text(`/jobs/${job.id}/logs?attempt=1`), printed(1))
    await job.nothingStays()
  })

  it('node-lost: a Job that is deleted meanwhile is a new attempt; the claimed one never runs again', async (t) => {
    const job = await runningJob(t, { attempts: 2, collectSeconds: 6 })
    await until(
      'the log is here',
      async () => (await job.text(`/jobs/${job.id}/logs`)) === printed(1),
    )
    await job.kill()
    await job.kubectl('delete', 'job', `${job.id}-1`, '--cascade=foreground', '--timeout=60s')
    await job.restart()
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.deepEqual(
      ended.attempts.map(({ state }) => state),
      ['FAILED', 'SUCCEEDED'],
    )
    assert.equal(ended.attempts[0]?.failure?.code, 'node-lost')
    assert.deepEqual(desk.starts(job.id), [1, 1])
    assert.equal(await job.text(`/jobs/${job.id}/outputs/result`), '2\n')
    assert.equal(await job.text(`/jobs/${job.id}/logs?attempt=1`), printed(1))
    await job.nothingStays()
  })

  it('case 7: a job without any event of its pod (20 s instead of hours), the service killed and started in the middle', async (t) => {
    const job = await runningJob(t, { attempts: 1, collectSeconds: 60 })
    const version = () =>
      job.kubectl(
        'get',
        'pods',
        ...job.ofJob,
        '-o',
        'jsonpath={.items[*].metadata.resourceVersion}',
      )
    const before = await version()
    await job.kill()
    await pause(quietMs)
    await job.restart()
    await pause(quietMs)
    assert.equal(await version(), before)
    assert.equal((await job.get<ShownJob>(`/jobs/${job.id}`)).state, 'RUNNING')
    desk.release(job.id)
    const ended = await job.ended()
    assert.equal(ended.state, 'SUCCEEDED', JSON.stringify(ended))
    assert.equal(ended.attempts.length, 1)
    assert.deepEqual(desk.starts(job.id), [1])
    assert.equal(await job.text(`/jobs/${job.id}/outputs/result`), '1\n')
    assert.equal(await job.text(`/jobs/${job.id}/logs`), printed(1, 'end\n'))
    await job.nothingStays()
  })
})
