import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { labels } from '../../../src/adapters/compute-kubernetes/names.ts'
import type { ShownJob } from '../../support/fault-jobs.ts'
import { faultScenario } from '../../support/fault-scenario.ts'
import { startCluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesVariables } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { makeNamespace } from './namespace.ts'
import { startWorkerDesk, type WorkerDesk } from './worker-desk.ts'

/** Where services run that are processes of their own, so that tests can end them; all in one namespace. */
export async function processWorld(
  services: (desk: WorkerDesk) => readonly { readonly id: string }[],
) {
  await using opened = new AsyncDisposableStack()
  const desk = opened.use(await startWorkerDesk())
  const cluster = await startCluster()
  opened.defer(() => cluster.down())
  const namespace = await makeNamespace(cluster, 'restricted')
  opened.defer(async () => {
    await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  })
  const everything = opened.move()
  const kubectl = (...args: readonly string[]) =>
    cluster.kubectl(['--namespace', namespace, ...args])

  /** A service of the test's own with one job whose worker has begun. */
  const begunJob = async (t: TestContext, serviceId: string) => {
    const scenario = await faultScenario(t, {
      services: Object.fromEntries(services(desk).map((one) => [`${one.id}.service.yaml`, one])),
      variables: kubernetesVariables(cluster, namespace),
    })
    const answer = await scenario.client().call('POST', '/jobs', { serviceId })
    assert.equal(answer.status, 201, answer.text)
    const { id } = answer.body as ShownJob
    await desk.begun(id)
    const job = () => scenario.get<ShownJob>(`/jobs/${id}`)
    const when = (what: string, is: (seen: ShownJob) => boolean) =>
      until(
        `${id}: ${what}`,
        async () => {
          const seen = await job()
          return is(seen) && seen
        },
        120_000,
      )
    await when('RUNNING', ({ state, endedAt }) => state === 'RUNNING' || endedAt !== null)
    const ofJob = ['-l', `${labels.job}=${id}`]
    return {
      ...scenario,
      id,
      ofJob,
      job,
      ended: () => when('its end', ({ endedAt }) => endedAt !== null),
      text: async (path = '') => (await scenario.client().call('GET', `/jobs/${id}${path}`)).text,
      nothingStays: () =>
        until(
          `nothing of ${id}`,
          async () => (await kubectl('get', 'jobs,pods,secrets', ...ofJob, '-o', 'name')) === '',
          60_000,
        ),
    }
  }
  return { desk, kubectl, begunJob, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

export type ProcessWorld = Awaited<ReturnType<typeof processWorld>>
