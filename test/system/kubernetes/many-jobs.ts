import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { V1Job } from '@kubernetes/client-node'
import { labels } from '../../../src/adapters/compute-kubernetes/names.ts'
import { openWatches } from '../../support/kubernetes-cluster.ts'
import { startReceiver } from '../../support/receiver.ts'
import { until } from '../../support/until.ts'
import { makeNamespace, type World } from './namespace.ts'
import { inMs } from './percentile.ts'
import { podScenario, type PodScenario } from './pod-scenario.ts'
import { agentEnded, watchPods, workerRuns } from './pod-watch.ts'
import { waitingService } from './waiting-service.ts'

const jobCount = 100
const atOnce = 12
const text = 'the same text'

const ours = ['-l', `${labels.managedBy}=dataspace-compute`]

export function manyJobsTests(world: Pick<World, 'cluster'>): void {
  test('a hundred jobs end right, are watched on two connections, told soon, and leave nothing', async (t) => {
    const [cluster, namespace] = [
      world.cluster(),
      await makeNamespace(world.cluster(), 'restricted'),
    ]
    t.after(() => cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']))
    const audit = await cluster.audit()
    const scenario = await podScenario(t, cluster, namespace, {
      services: [waitingService('waiting', { concurrentJobs: atOnce })],
    })
    await scenario.put('text.txt', text)
    const told = new Map<string, { readonly at: number; readonly recordedMs: number }>()
    const receiver = await startReceiver(t, ({ body }) => {
      const { subject, time } = JSON.parse(body) as {
        readonly subject: string
        readonly time: string
      }
      const recordedMs = Date.now() - new Date(time).getTime()
      told.set(subject.replace('jobs/', ''), { at: performance.now(), recordedMs })
      return { status: 204 }
    })
    const subscription = { url: `${receiver.url}/hook`, types: ['job.succeeded'] }
    const made = await scenario.client().call('POST', '/subscriptions', subscription)
    assert.equal(made.status, 201, made.text)
    await using watch = await watchPods(cluster.kubeconfig, namespace)
    const begunAt = performance.now()
    const ids = await Promise.all(
      Array.from({ length: jobCount }, () => scenario.submit('waiting', { WAIT: 'no' })),
    )
    await until(`${jobCount} callbacks`, () => told.size >= jobCount, 400_000)
    t.diagnostic(`${jobCount} jobs in ${((performance.now() - begunAt) / 1000).toFixed(0)} s`)
    const watches = openWatches(await audit()).filter(
      ({ userAgent, objectRef }) =>
        userAgent?.startsWith('dataspace-compute') === true && objectRef?.namespace === namespace,
    )
    assert.deepEqual(watches.map(({ objectRef }) => objectRef?.resource).sort(), ['jobs', 'pods'])
    for (const id of ids) await endedRight(scenario, id)
    const pods = new Set(watch.seen.map(({ pod }) => pod.metadata?.uid))
    assert.equal(pods.size, jobCount, 'one pod for each job')
    const lags = ids.map((id) => {
      const [end, callback] = [watch.firstAt(id, agentEnded), told.get(id)]
      assert.ok(end !== undefined && callback !== undefined, id)
      return callback.at - end
    })
    t.diagnostic(`end of the pod to callback: ${inMs(lags)}`)
    const recorded = ids.map((id) => told.get(id)?.recordedMs ?? NaN)
    t.diagnostic(`of it, event to callback: ${inMs(recorded)}`)
    await leavesNothing(scenario)
    t.diagnostic(
      `kubectl get all,secrets,configmaps ${ours.join(' ')}: ${(await left(scenario)) || 'nothing'}`,
    )
  })

  test('of two installations in one namespace each removes its own orphans alone', async (t) => {
    const [cluster, namespace] = [
      world.cluster(),
      await makeNamespace(world.cluster(), 'restricted'),
    ]
    t.after(() => cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']))
    const [one, other] = [
      await podScenario(t, cluster, namespace, { services: [waitingService()] }),
      await podScenario(t, cluster, namespace, { services: [waitingService()] }),
    ]
    const ids: string[] = []
    for (const scenario of [one, other]) {
      await scenario.put('text.txt', text)
      ids.push(await scenario.submit('waiting', { WAIT: 'yes' }))
    }
    const [ofOne = '', ofOther = ''] = ids
    await one.pod(ofOne, workerRuns)
    await other.pod(ofOther, workerRuns)
    const [installation, another] = await Promise.all(ids.map((id) => installationOf(one, id)))
    assert.notEqual(installation, another)
    for (const job of [orphan('job-first', installation), orphan('job-second', another)]) {
      await cluster.kubectl(['--namespace', namespace, 'create', '-f', '-'], JSON.stringify(job))
    }
    const names = async () => (await jobsOf(one)).map(({ metadata }) => metadata?.name).sort()
    const living = ids.map((id) => `${id}-1`)
    const expected = (...orphans: readonly string[]) => [...living, ...orphans].sort()
    assert.deepEqual(await names(), expected('job-first-1', 'job-second-1'))
    await other.kill()
    await other.restart()
    await until('the orphan of the other is gone', async () => (await names()).length === 3, 60_000)
    assert.deepEqual(await names(), expected('job-first-1'))
    await one.kill()
    await one.restart()
    await until('the orphan of the first is gone', async () => (await names()).length === 2, 60_000)
    assert.deepEqual(await names(), expected())
    for (const [scenario, id] of [
      [one, ofOne],
      [other, ofOther],
    ] as const) {
      await scenario.is(id, 'RUNNING')
      await scenario.go(id)
      await scenario.ended(id)
      await endedRight(scenario, id)
    }
    await leavesNothing(one)
  })
}

async function endedRight(scenario: PodScenario, id: string) {
  const { state, attempt } = await scenario.job(id)
  assert.deepEqual([state, attempt], ['SUCCEEDED', 1], id)
  assert.equal(await scenario.output(id), text)
}

const left = (scenario: PodScenario) =>
  scenario.kubectl('get', 'all,secrets,configmaps', ...ours, '-o', 'name')

const leavesNothing = (scenario: PodScenario) =>
  until('nothing is left', async () => (await left(scenario)) === '', 60_000)

async function installationOf(scenario: PodScenario, jobId: string): Promise<string> {
  const { metadata } = await scenario.pod(jobId)
  return metadata?.labels?.[labels.installation] ?? ''
}

async function jobsOf(scenario: PodScenario): Promise<readonly V1Job[]> {
  const found = await scenario.kubectl('get', 'jobs', ...ours, '-o', 'json')
  return (JSON.parse(found) as { readonly items: readonly V1Job[] }).items
}

/** As a service leaves it whose database was put back to an earlier time. */
const orphan = (jobId: string, installation = ''): V1Job => {
  const own = {
    [labels.managedBy]: 'dataspace-compute',
    [labels.installation]: installation,
    [labels.workspace]: 'ws-orphan',
    [labels.job]: jobId,
    [labels.attempt]: '1',
    [labels.service]: 'sv-orphan',
  }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${jobId}-1`, labels: own },
    spec: { suspend: true, template: { metadata: { labels: own }, spec: orphanPod } },
  }
}

const orphanPod = {
  restartPolicy: 'Never',
  containers: [{ name: 'worker', image: 'localhost/worker-busybox:1', command: ['true'] }],
}
