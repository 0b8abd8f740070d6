import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { V1Pod } from '@kubernetes/client-node'
import { labels } from '../../src/adapters/compute-kubernetes/names.ts'
import { consumerClient, type ConsumerClient } from '../../test/support/consumer-client.ts'
import { openWorkspaceOf } from '../../test/support/large-workspace.ts'
import { residentMemory } from '../../test/support/resident-memory.ts'
import { until } from '../../test/support/until.ts'
import { atMost, type Figure } from '../figure.ts'
import { inFolder } from '../in-folder.ts'
import { ApiServer } from './api-server.ts'
import { inNamespace } from './bench-namespace.ts'
import { startBenchService, submit } from './bench-service.ts'
import { endsOf } from './ends.ts'
import { FakeNode } from './fake-node.ts'
import { kubeconfig, number } from './given.ts'
import { processorSeconds, usedIn } from './processor-time.ts'

const jobs = number('DSC_BENCH_LIVE_JOBS', 10_000)
const endedWhileDown = 20
const renewals = Math.min(500, jobs / 4)
const settleSeconds = 30
const idleSeconds = 60
const liveWithinMs = 3_600_000
/** Half of the usual life of a session. */
const renewEverySeconds = 1800

/** Jobs whose workers run on and on: what they cost a service that has nothing to do with them but to know them. */
export async function liveJobs(): Promise<readonly Figure[]> {
  using api = await ApiServer.open(kubeconfig(), 64)
  const name = `bench-${process.pid}`
  const ends = new Map<string, () => void>()
  const work = (pod: V1Pod) =>
    new Promise<number>((resolve) => {
      ends.set(pod.metadata?.labels?.[labels.job] ?? '', () => resolve(1))
    })
  await using node = await FakeNode.start({ api, name, work })
  const check = () => node.check()
  return await inFolder((folder) =>
    inNamespace(api, async (namespace) => {
      const given = { folder, kubeconfigPath: kubeconfig(), namespace, node: name }
      const { token, idle } = await fill(given, check)
      // While it is down, some workers fail: their ends have to be found among all that go on.
      const every = Math.floor(jobs / endedWhileDown)
      for (const end of [...ends.values()].filter((_, index) => index % every === 0)) end()
      await untilFailed(api, namespace, endedWhileDown)
      const restarted = await restart(given, token, check)
      const renewal = await renewed(given, idle.share)
      return figures(idle, restarted, renewal)
    }),
  )
}

type Given = Parameters<typeof startBenchService>[0]

interface Idle {
  readonly mebibytes: number
  /** Of a core. */
  readonly share: number
}

async function fill(given: Given, check: () => void) {
  await using service = await startBenchService(given)
  const consumer = await openWorkspaceOf(service)
  const begun = performance.now()
  await submit(service, consumer, jobs)
  await untilRunning(consumer, check)
  note(`${jobs} jobs run after ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  await usedIn(service.pid, settleSeconds)
  const used = await usedIn(service.pid, idleSeconds)
  const idle: Idle = { mebibytes: residentMemory(service.pid).now(), share: used / idleSeconds }
  note(JSON.stringify({ ...idle, peak: residentMemory(service.pid).peak() }))
  await service.stop()
  return { token: consumer.token, idle }
}

const untilRunning = (consumer: ConsumerClient, check: () => void) =>
  endsOf(consumer, { count: jobs, types: ['job.running'], check, withinMs: liveWithinMs })

async function untilFailed(api: ApiServer, namespace: string, count: number): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods?fieldSelector=status.phase%3DFailed`
  await until('the failed pods', async () => {
    const { items } = (await api.call('GET', path)) as { readonly items: readonly unknown[] }
    return items.length >= count
  })
}

/** From the start of the process to the last end that came while it was down; then what it holds when all is quiet. */
async function restart(given: Given, token: string, check: () => void) {
  const begun = performance.now()
  await using service = await startBenchService(given)
  const consumer = consumerClient(`${service.consumerUrl}/v1`, token)
  await endsOf(consumer, { count: endedWhileDown, types: ['job.failed'], check })
  const seconds = (performance.now() - begun) / 1000
  const busySeconds = processorSeconds(service.pid)
  note(JSON.stringify({ seconds, readySeconds: service.readyMs / 1000, busySeconds }))
  await usedIn(service.pid, settleSeconds)
  const used = await usedIn(service.pid, idleSeconds)
  const mebibytes = residentMemory(service.pid).now()
  note(JSON.stringify({ mebibytes, share: used / idleSeconds }))
  await service.stop()
  return { seconds, mebibytes, share: used / idleSeconds }
}

/** What the renewal of one session costs: milliseconds of a core. Some are made due when all is quiet again. */
async function renewed(given: Given, idleShare: number): Promise<number> {
  const path = join(given.folder, 'service', 'data', 'dataspace-compute.sqlite')
  const quietMs = (settleSeconds + 15) * 1000
  const dueAt = Date.now() + quietMs
  const until = dueAt + renewEverySeconds * 1000
  using database = new DatabaseSync(path)
  database.exec('BEGIN')
  const found = database
    .prepare(`SELECT job_id AS id FROM attempts WHERE ended_at IS NULL LIMIT ${renewals}`)
    .all() as { readonly id: string }[]
  const older = database.prepare('UPDATE attempts SET credentials_until = ? WHERE job_id = ?')
  const due = database.prepare("UPDATE work SET due_at = ? WHERE kind = 'job' AND id = ?")
  for (const { id } of found) {
    older.run(until, id)
    due.run(dueAt, id)
  }
  database.exec('COMMIT')
  database.close()
  await using service = await startBenchService(given)
  await usedIn(service.pid, Math.max(0, dueAt - Date.now()) / 1000 - 1)
  const used = await usedIn(service.pid, idleSeconds)
  await service.stop()
  const left = new DatabaseSync(path, { readOnly: true })
  const row = left
    .prepare(
      'SELECT count(*) AS count FROM attempts WHERE ended_at IS NULL AND credentials_until = ?',
    )
    .get(until)
  left.close()
  if (row?.['count'] !== 0) throw new Error(`${String(row?.['count'])} sessions were not renewed`)
  return ((used - idleShare * idleSeconds) / found.length) * 1000
}

function figures(
  idle: Idle,
  restarted: Idle & { readonly seconds: number },
  renewalMs: number,
): readonly Figure[] {
  const common = { bench: 'kubernetes-live', rounds: 1 } as const
  const title = `${jobs.toLocaleString('en')} live jobs`
  const percent = (share: number) => share * 100
  return [
    {
      ...common,
      figure: `${title}: memory`,
      value: idle.mebibytes,
      unit: 'MiB',
      baseline: { name: 'after a restart', value: restarted.mebibytes },
      aim: atMost(Math.max(idle.mebibytes, restarted.mebibytes), 300, 'MiB'),
    },
    {
      ...common,
      figure: `${title}: processor, without renewals`,
      value: percent(idle.share),
      unit: '%',
      baseline: { name: 'after a restart', value: percent(restarted.share) },
      aim: atMost(percent(idle.share), 5, '%'),
    },
    {
      ...common,
      figure: `${title}: renewals of their sessions`,
      value: percent(((renewalMs / 1000) * jobs) / renewEverySeconds),
      unit: '%',
      baseline: { name: 'ms a renewal', value: renewalMs },
    },
    {
      ...common,
      figure: `${title}: start to full observation`,
      value: restarted.seconds,
      unit: 's',
      aim: atMost(restarted.seconds, 15, 's'),
    },
  ]
}

const note = (text: string) => process.stderr.write(`  ${text}\n`)
