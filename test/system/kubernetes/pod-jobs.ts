import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { V1Job, V1Pod } from '@kubernetes/client-node'
import { stringify } from 'yaml'
import { labels } from '../../../src/adapters/compute-kubernetes/names.ts'
import { claimKey } from '../../../src/domain/bucket-layout.ts'
import { failureCatalogue, type FailureCode } from '../../../src/domain/failure.ts'
import { jobsUnderTest, type Consumer, type ShownJob } from '../../support/fault-jobs.ts'
import { startCluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesVariables } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { makeNamespace } from './namespace.ts'
import { startWorkerDesk, type WorkerDesk } from './worker-desk.ts'

/** Longest time that a consumer here waits for a state; single cases assert shorter ones. */
const endWithinMs = 150_000
const goneWithinMs = 60_000

/** With a pause after it: each look costs the machine a program and the API server a request. */
async function looked<T>(look: () => Promise<T>): Promise<T> {
  const found = await look()
  await pause(250)
  return found
}

export interface PodSetup {
  readonly standard?: 'restricted' | 'baseline' | 'privileged'
  /** The compute services; workers may report to the desk. */
  readonly services: (desk: WorkerDesk) => readonly { readonly id: string }[]
  readonly variables?: Readonly<Record<string, string>>
  /** Documents whose paths are given to the service as these variables. */
  readonly files?: Readonly<Record<string, unknown>>
  /** Objects that are in the namespace before the service starts. */
  readonly objects?: readonly object[]
}

/** The real service, whose jobs run as pods in a namespace of its own. */
export async function podJobs(setup: PodSetup) {
  const { standard, services, variables, files = {}, objects = [] } = setup
  await using opened = new AsyncDisposableStack()
  const desk = opened.use(await startWorkerDesk())
  const cluster = await startCluster()
  opened.defer(() => cluster.down())
  const namespace = await makeNamespace(cluster, standard ?? 'restricted')
  opened.defer(async () => {
    await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
  })
  const kubectl = (args: readonly string[], input?: string) =>
    cluster.kubectl(['--namespace', namespace, ...args], input)
  for (const object of objects) await kubectl(['create', '-f', '-'], JSON.stringify(object))
  const folder = await mkdtemp(join(tmpdir(), 'dsc-files-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const paths: Record<string, string> = {}
  for (const [variable, content] of Object.entries(files)) {
    paths[variable] = join(folder, `${variable}.yaml`)
    await writeFile(paths[variable], stringify(content))
  }
  const jobs = opened.use(
    await jobsUnderTest({
      variables: { ...kubernetesVariables(cluster, namespace), ...paths, ...variables },
      services: Object.fromEntries(services(desk).map((one) => [`${one.id}.service.yaml`, one])),
    }),
  )
  const ofJob = (jobId: string) => ['-l', `${labels.job}=${jobId}`]
  const list = async <T>(kind: string, jobId: string) =>
    (
      JSON.parse(await kubectl(['get', kind, ...ofJob(jobId), '-o', 'json'])) as {
        readonly items: readonly T[]
      }
    ).items
  const everything = opened.move()
  return {
    jobs,
    desk,
    cluster,
    namespace,
    kubectl,
    consumer: () => jobs.consumer(endWithinMs),
    jobObject: async (jobId: string) => (await list<V1Job>('jobs', jobId))[0],
    /** The job's pods, as the cluster has them now. */
    pods: (jobId: string) => list<V1Pod>('pods', jobId),
    /** Waits for the job's only pod. */
    pod: (jobId: string, is: (pod: V1Pod) => boolean = () => true) =>
      until(
        `the pod of ${jobId}`,
        async () => (await looked(() => list<V1Pod>('pods', jobId))).find(is),
        endWithinMs,
      ),
    /** How many attempts of the job were ever claimed by an agent. */
    claims: async ({ workspaceId }: Pick<Consumer, 'workspaceId'>, { id, attempt }: ShownJob) => {
      const { app } = jobs.under.service
      const workspace = await app.database.read.workspaces.get({ id: workspaceId })
      const numbers = Array.from({ length: attempt }, (_, index) => index + 1)
      const found = await Promise.all(
        numbers.map((number) =>
          app.store.head(workspace?.bucket ?? '', claimKey(id, number), AbortSignal.timeout(5000)),
        ),
      )
      return found.filter((one) => one !== null).length
    },
    /** Nothing with the job's label is left, within a minute of its end. */
    nothingStays: (jobId: string) => {
      const kinds = 'jobs,pods,secrets,configmaps,networkpolicies'
      const of = ofJob(jobId)
      return until(
        `nothing of ${jobId}`,
        async () => (await looked(() => kubectl(['get', kinds, ...of, '-o', 'name']))) === '',
        goneWithinMs,
      )
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

export type PodJobs = Awaited<ReturnType<typeof podJobs>>

export interface ExpectedFailure {
  readonly code: FailureCode
  /** In the failure's message: what the cluster itself said. */
  readonly says: RegExp
  readonly exitCode?: number | null | undefined
}

/** A failure as the consumer has to see it: its class is the catalogue's, and it says what to do next. */
export function assertFailure(
  found: Pick<ShownJob, 'failure' | 'exitCode'>,
  { code, says, exitCode }: ExpectedFailure,
): void {
  const shown = JSON.stringify(found)
  assert.equal(found.failure?.code, code, shown)
  const [failureClass, nextStep] = failureCatalogue[code]
  assert.equal(found.failure.class, failureClass, shown)
  assert.equal(found.failure.nextStep, nextStep, shown)
  assert.match(found.failure.message, says)
  if (exitCode !== undefined) assert.equal(found.exitCode, exitCode, shown)
}

/** The codes of the attempts' failures, in their order. */
export const attemptCodes = ({ attempts }: ShownJob) =>
  attempts.map(({ failure }) => failure?.code ?? null)
