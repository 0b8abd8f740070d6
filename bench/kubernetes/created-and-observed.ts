import type { V1Job, V1Pod, V1Secret, V1SecretList } from '@kubernetes/client-node'
import { labels } from '../../src/adapters/compute-kubernetes/names.ts'
import { openWorkspaceOf } from '../../test/support/large-workspace.ts'
import type { ServiceChild } from '../../test/support/service-child.ts'
import { until } from '../../test/support/until.ts'
import { atLeast, median, type Figure } from '../figure.ts'
import { inFolder } from '../in-folder.ts'
import { ApiServer } from './api-server.ts'
import { createBare, type Sample } from './bare-client.ts'
import { inNamespace } from './bench-namespace.ts'
import { startBenchService, submit } from './bench-service.ts'
import { endTypes, endsOf } from './ends.ts'
import { FakeAgent } from './fake-agent.ts'
import { FakeNode } from './fake-node.ts'
import { kubeconfig, number } from './given.ts'
import { processorSeconds } from './processor-time.ts'
import { SeenJobs } from './seen-jobs.ts'

const rounds = number('DSC_BENCH_ROUNDS', 3)
const jobs = number('DSC_BENCH_JOBS', 1000)
const warmUp = 50
/** Jobs that the service makes at the same time: what the bare client may, too. */
const lanes = 32
const endWithinMs = 600_000

interface Round {
  readonly createdSeconds: number
  readonly observedSeconds: number
}

/**
 * Jobs from their submission over HTTP to their end as the consumer sees it, beside a bare client that only creates the
 * same Jobs and Secrets. All pods run on a fake node; those of the service report success with their agent's session.
 */
export async function createdAndObserved(): Promise<readonly Figure[]> {
  using api = await ApiServer.open(kubeconfig(), 64)
  using agent = new FakeAgent()
  let sample: Sample | undefined
  let reporting = true
  const work = async (pod: V1Pod) => {
    if (!reporting) return 0
    const found = await agentSecret(api, pod)
    sample ??= await sampleOf(api, pod)
    await agent.report(found.data ?? {})
    return 0
  }
  const name = `bench-${process.pid}`
  await using node = await FakeNode.start({ api, name, work })
  const check = () => node.check()
  return await inFolder((folder) =>
    inNamespace(api, async (namespace) => {
      const given = { folder, kubeconfigPath: kubeconfig(), namespace, node: name }
      await using service = await startBenchService(given)
      await using seen = new SeenJobs(api, namespace, check)
      await serviceRound(service, seen, warmUp)
      if (sample === undefined) throw new Error('no job was seen')
      const ours: (Round & { readonly processorMs: number })[] = []
      const bare: Round[] = []
      const jobAlone: number[] = []
      const counts = { lost: 0, doubled: 0, left: 0 }
      for (let round = 0; round < rounds; round += 1) {
        reporting = false
        bare.push(await bareRound(api, check, sample, true))
        jobAlone.push((await bareRound(api, check, sample, false)).createdSeconds)
        reporting = true
        const found = await serviceRound(service, seen, jobs)
        ours.push(found)
        counts.lost += found.lost
        counts.doubled += found.doubled
        counts.left += found.left
        note(round, bare, jobAlone, ours)
      }
      return figures(ours, bare, jobAlone, counts)
    }),
  )
}

function note(
  round: number,
  bare: readonly Round[],
  jobAlone: readonly number[],
  ours: readonly Round[],
) {
  const text = JSON.stringify({ bare: bare[round], jobAlone: jobAlone[round], ours: ours[round] })
  process.stderr.write(`  round ${round + 1}: ${text}\n`)
}

function figures(
  ours: readonly (Round & { readonly processorMs: number })[],
  bare: readonly Round[],
  jobAlone: readonly number[],
  counts: { readonly lost: number; readonly doubled: number; readonly left: number },
): readonly Figure[] {
  const common = { bench: 'kubernetes', rounds } as const
  const rate = (seconds: readonly number[]) => jobs / median(seconds)
  const created = (all: readonly Round[]) => all.map(({ createdSeconds }) => createdSeconds)
  const observed = (all: readonly Round[]) => all.map(({ observedSeconds }) => observedSeconds)
  const ratio = (mine: readonly number[], theirs: readonly number[]) =>
    median(mine.map((seconds, round) => (theirs[round] ?? Number.NaN) / seconds))
  const toEnd = ratio(observed(ours), observed(bare))
  const none = (value: number) =>
    ({ value, unit: 'jobs', aim: { text: '0', met: value === 0 } }) as const
  return [
    {
      ...common,
      figure: `${jobs} jobs submitted, created and observed to the end`,
      value: rate(observed(ours)),
      unit: '1/s',
      baseline: { name: 'bare client', value: rate(observed(bare)) },
    },
    {
      ...common,
      figure: 'to the end, beside a bare client',
      value: toEnd,
      unit: 'ratio',
      aim: atLeast(toEnd, 0.8),
    },
    {
      ...common,
      figure: 'submitted and created',
      value: rate(created(ours)),
      unit: '1/s',
      baseline: { name: 'bare client', value: rate(created(bare)) },
    },
    {
      ...common,
      figure: 'created, beside Job and Secrets alone',
      value: ratio(created(ours), created(bare)),
      unit: 'ratio',
    },
    {
      ...common,
      figure: 'created, beside the Job alone',
      value: ratio(created(ours), jobAlone),
      unit: 'ratio',
      baseline: { name: 'Job alone, 1/s', value: rate(jobAlone) },
    },
    {
      ...common,
      figure: 'processor of the service for one job',
      value: median(ours.map(({ processorMs }) => processorMs)),
      unit: 'ms',
    },
    { ...common, figure: 'lost', ...none(counts.lost) },
    { ...common, figure: 'doubled', ...none(counts.doubled) },
    { ...common, figure: 'Jobs left in the cluster', ...none(counts.left) },
  ]
}

/** In a namespace of its own; created and ended by the cluster, as far as the cluster shows it. */
function bareRound(
  api: ApiServer,
  check: () => void,
  sample: Sample,
  secrets: boolean,
): Promise<Round> {
  return inNamespace(api, async (namespace) => {
    await using seen = new SeenJobs(api, namespace, check)
    const begun = performance.now()
    const createdSeconds = await createBare(api, namespace, sample, {
      jobs,
      atOnce: lanes,
      secrets,
    })
    await seen.untilComplete(jobs, endWithinMs)
    return { createdSeconds, observedSeconds: (performance.now() - begun) / 1000 }
  })
}

/** In a workspace of its own: from the first submission to the last Job that the cluster shows, and the last end. */
async function serviceRound(service: ServiceChild, seen: SeenJobs, count: number) {
  const consumer = await openWorkspaceOf(service)
  seen.forget()
  const used = processorSeconds(service.pid)
  const begun = performance.now()
  const seconds = (at: number) => (at - begun) / 1000
  const ends = endsOf(consumer, { count, types: endTypes, check: () => seen.check() })
  const submitted = await submit(service, consumer, count)
  const ended = await ends
  const observedSeconds = seconds(performance.now())
  process.stderr.write(`  submitted in ${submitted.toFixed(1)} s\n`)
  const processorMs = ((processorSeconds(service.pid) - used) / count) * 1000
  const { doubled, lastMadeAt, made } = seen
  const twice = [...ended.values()].filter((times) => times > 1).length
  const left = await leftAfter(seen)
  return {
    createdSeconds: seconds(lastMadeAt),
    observedSeconds,
    processorMs,
    lost: Math.max(count - ended.size, count - made),
    doubled: doubled + twice,
    left,
  }
}

/** Jobs that are still in the cluster when the service had time to remove them. */
async function leftAfter(seen: SeenJobs): Promise<number> {
  await until('all Jobs are removed', () => seen.present === 0, 120_000).catch(() => undefined)
  return seen.present
}

async function agentSecret(api: ApiServer, pod: V1Pod): Promise<V1Secret> {
  const { namespace = '' } = pod.metadata ?? {}
  const volume = pod.spec?.volumes?.find(({ secret }) => secret !== undefined)
  const path = `/api/v1/namespaces/${namespace}/secrets/${volume?.secret?.secretName}`
  // As the kubelet: the Job is there before its Secrets.
  return until('the Secret of the agent', async () => {
    const { status, body } = await api.ask('GET', path)
    return status === 200 && (body as V1Secret)
  })
}

async function sampleOf(api: ApiServer, pod: V1Pod): Promise<Sample> {
  const { namespace = '' } = pod.metadata ?? {}
  const name = pod.metadata?.ownerReferences?.[0]?.name ?? ''
  const job = (await api.call(
    'GET',
    `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`,
  )) as V1Job
  // The agent's Secret was there before its pod ran, and is made last: these are all.
  const ofJob = `${labels.job}=${job.metadata?.labels?.[labels.job] ?? ''}`
  const path = `/api/v1/namespaces/${namespace}/secrets?labelSelector=${encodeURIComponent(ofJob)}`
  const { items } = (await api.call('GET', path)) as V1SecretList
  if (items.length === 0) throw new Error(`no Secret of ${name} was found`)
  return { job, secrets: items }
}
