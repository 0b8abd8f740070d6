import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { until } from '../../support/until.ts'
import type { Hold } from './held-requests.ts'
import { makeNamespace } from './namespace.ts'
import { inMs, percentile } from './percentile.ts'
import { deliveredOnce, podScenario, type PodScenario } from './pod-scenario.ts'
import { agentEnded, agentRuns, watchPods, workerEnded, workerRuns } from './pod-watch.ts'
import { waitingService } from './waiting-service.ts'

let cluster: Cluster
let namespace = ''
before(async () => {
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  await cluster.down()
})

const text = 'the same text'

async function opened(t: TestContext) {
  const scenario = await podScenario(t, cluster, namespace, { services: [waitingService()] })
  await scenario.put('text.txt', text)
  return scenario
}

const phases = ['stage-in', 'run', 'stage-out'] as const
type Phase = (typeof phases)[number]

/** A job whose real pod stays in a phase until it is let go. */
async function heldIn(phase: Phase, scenario: PodScenario) {
  const requests: Hold | null =
    phase === 'stage-in'
      ? scenario.way.hold('GET', /\/inputs\/text\.txt/)
      : phase === 'stage-out'
        ? scenario.way.hold('PUT', /\/outputs\/result/)
        : null
  const id = await scenario.submit('waiting', { WAIT: phase === 'run' ? 'yes' : 'no' })
  if (requests !== null) await requests.reached()
  const inPhase = { 'stage-in': agentRuns, run: workerRuns, 'stage-out': workerEnded }[phase]
  await scenario.pod(id, inPhase)
  return { id, letGo: () => (requests === null ? scenario.go(id) : requests.release()) }
}

const states = { 'stage-in': 'STAGING', run: 'RUNNING', 'stage-out': 'COLLECTING' } as const

describe('the service is killed and started again', { concurrency: 3 }, () => {
  for (const phase of phases) {
    test(`during ${phase}: the pod goes on, and its job succeeds once`, async (t) => {
      const scenario = await opened(t)
      const { id, letGo } = await heldIn(phase, scenario)
      await scenario.is(id, states[phase])
      await scenario.kill()
      await scenario.restart()
      await scenario.is(id, states[phase])
      await letGo()
      await deliveredOnce(scenario, id, text)
    })
  }

  test('a worker that ends while the service is down: its result arrives after the start', async (t) => {
    const scenario = await opened(t)
    const { id, letGo } = await heldIn('run', scenario)
    await scenario.kill()
    await letGo()
    await scenario.pod(id, workerEnded)
    await scenario.restart()
    await deliveredOnce(scenario, id, text)
  })
})

test('the API server is started again while one job is in each phase: each succeeds once', async (t) => {
  const scenario = await opened(t)
  const held: Awaited<ReturnType<typeof heldIn>>[] = []
  for (const phase of ['run', 'stage-out', 'stage-in'] as const) {
    held.push(await heldIn(phase, scenario))
  }
  const shown = async () => (await Promise.all(held.map(({ id }) => scenario.job(id)))).map(stateOf)
  const asHeld = ['RUNNING', 'COLLECTING', 'STAGING']
  await until('each phase is shown', async () => String(await shown()) === String(asHeld))
  await cluster.restartApiServer()
  assert.deepEqual(await shown(), asHeld)
  for (const { letGo } of held) await letGo()
  for (const { id } of held) await deliveredOnce(scenario, id, text)
})

const stateOf = ({ state }: { readonly state: string }) => state

const order = ['QUEUED', 'STAGING', 'RUNNING', 'COLLECTING', 'SUCCEEDED']
const followed = [
  ['STAGING', agentRuns],
  ['RUNNING', workerRuns],
  ['COLLECTING', workerEnded],
  ['SUCCEEDED', agentEnded],
] as const

test('a state is at the consumer API within a second of the cluster', async (t) => {
  const scenario = await opened(t)
  await using watch = await watchPods(cluster.kubeconfig, namespace)
  const shownAt = new Map<string, number>()
  const look = async () => {
    const { items } = await scenario.get<{ items: { id: string; state: string }[] }>('/jobs')
    for (const { id, state } of items) {
      for (const passed of order.slice(0, order.indexOf(state) + 1)) {
        if (!shownAt.has(`${id} ${passed}`)) shownAt.set(`${id} ${passed}`, performance.now())
      }
    }
    return items
  }
  const ids: string[] = []
  for (let round = 1; round <= 5; round += 1) {
    for (let each = 1; each <= 2; each += 1) {
      ids.push(await scenario.submit('waiting', { WAIT: 'briefly' }))
    }
    await until(
      `round ${round}`,
      async () => {
        const items = await look()
        return items.length === ids.length && items.every(({ state }) => state === 'SUCCEEDED')
      },
      60_000,
    )
  }
  const lagsOf = (state: string, is: (typeof followed)[number][1]) =>
    // The kubelet passes over a state that does not last.
    ids.flatMap((id) => {
      const clusterAt = watch.firstAt(id, is)
      const shown = shownAt.get(`${id} ${state}`) ?? Infinity
      return clusterAt === undefined ? [] : [Math.max(0, shown - clusterAt)]
    })
  const lags = Object.fromEntries(followed.map(([state, is]) => [state, lagsOf(state, is)]))
  for (const [state, ofState] of Object.entries(lags)) t.diagnostic(`${state}: ${inMs(ofState)}`)
  // The end is not only seen: the log is stored, the outputs are checked, the manifest is signed.
  const changes = Object.values(lags).flat()
  t.diagnostic(`cluster to consumer API: ${inMs(changes)}`)
  assert.ok(changes.length >= 3.5 * ids.length, 'most changes were seen')
  assert.ok(percentile(changes, 0.99) <= 1000, inMs(changes))
})
