import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
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
const sampled = Math.floor(Math.min(500, jobs / 4))
const settleSeconds = 30
const idleSeconds = 60
const liveWithinMs = 3_600_000
/** Half of the usual life of a session. */
const renewEverySeconds = 1800
/** Looks at jobs of which nothing is told come after 480 to 600 seconds: seldom in the time that is measured. */
const lookEverySeconds = 540

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
      const lookMs = await passMs(given, restarted.share, false)
      const renewalMs = await passMs(given, restarted.share, true)
      return figures(idle, restarted, { lookMs, renewalMs })
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

/** What a pass over a live job costs, in milliseconds of a core: some are made due together when all else is quiet. */
async function passMs(given: Given, idleShare: number, renews: boolean): Promise<number> {
  const path = join(given.folder, 'service', 'data', 'dataspace-compute.sqlite')
  const dueAt = Date.now() + (settleSeconds + 15) * 1000
  const count = makeDue(path, dueAt, renews)
  await using service = await startBenchService(given)
  await delay(Math.max(0, dueAt - Date.now() - 1000))
  const used = await usedIn(service.pid, idleSeconds)
  await service.stop()
  const left = stillDue(path, dueAt, renews)
  if (left > 0) throw new Error(`${left} of ${count} jobs had no pass`)
  const ms = ((used - idleShare * idleSeconds) / count) * 1000
  note(`${renews ? 'a renewal' : 'a look'}: ${ms.toFixed(1)} ms`)
  return ms
}

/** The session is renewed when half of its life is over. */
const expiryWhen = (dueAt: number) => dueAt + renewEverySeconds * 1000

function makeDue(path: string, dueAt: number, renews: boolean): number {
  using database = new DatabaseSync(path)
  const found = database
    .prepare(`SELECT job_id AS id FROM attempts WHERE ended_at IS NULL LIMIT ${sampled}`)
    .all() as { readonly id: string }[]
  const older = database.prepare('UPDATE attempts SET credentials_until = ? WHERE job_id = ?')
  const due = database.prepare("UPDATE work SET due_at = ? WHERE kind = 'job' AND id = ?")
  database.exec('BEGIN')
  for (const { id } of found) {
    if (renews) older.run(expiryWhen(dueAt), id)
    due.run(dueAt, id)
  }
  database.exec('COMMIT')
  return found.length
}

function stillDue(path: string, dueAt: number, renews: boolean): number {
  using database = new DatabaseSync(path, { readOnly: true })
  const row = renews
    ? database
        .prepare('SELECT count(*) AS count FROM attempts WHERE credentials_until = ?')
        .get(expiryWhen(dueAt))
    : database.prepare('SELECT count(*) AS count FROM work WHERE due_at = ?').get(dueAt)
  return Number(row?.['count'])
}

function figures(
  idle: Idle,
  restarted: Idle & { readonly seconds: number },
  { lookMs, renewalMs }: { readonly lookMs: number; readonly renewalMs: number },
): readonly Figure[] {
  const common = { bench: 'kubernetes-live', rounds: 1 } as const
  const title = `${jobs.toLocaleString('en')} live jobs`
  const percent = (share: number) => share * 100
  /** Of a core, for passes of so many milliseconds over all jobs, each every so many seconds. */
  const shareOf = (ms: number, everySeconds: number) => ((ms / 1000) * jobs) / everySeconds
  const idleShare = Math.max(idle.share, restarted.share) + shareOf(lookMs, lookEverySeconds)
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
      figure: `${title}: processor, looks included`,
      value: percent(idleShare),
      unit: '%',
      baseline: { name: 'ms a look', value: lookMs },
      aim: atMost(percent(idleShare), 5, '%'),
    },
    {
      ...common,
      figure: `${title}: renewals of their sessions, beyond that`,
      value: percent(shareOf(renewalMs, renewEverySeconds)),
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
