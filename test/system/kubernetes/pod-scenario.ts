import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  ListBucketsCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import type { V1Pod } from '@kubernetes/client-node'
import { openCluster } from '../../../src/adapters/compute-kubernetes/cluster-client.ts'
import { labels } from '../../../src/adapters/compute-kubernetes/names.ts'
import { attemptPrefix, claimKey } from '../../../src/domain/bucket-layout.ts'
import { ends, type ShownJob } from '../../support/fault-jobs.ts'
import { faultScenario } from '../../support/fault-scenario.ts'
import { hostAddress, type Cluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesVariables } from '../../support/kubernetes-variables.ts'
import { until } from '../../support/until.ts'
import { agentSecret } from './agent-secret.ts'
import { HeldRequests } from './held-requests.ts'
import { workerPid } from './pod-processes.ts'

/** Longest time that a pod is waited for here; what a test promises it asserts itself. */
const patientMs = 180_000
/** Between two looks at the cluster: each costs the API server something. */
const lookMs = 200

export interface PodScenarioOptions {
  readonly services: readonly { readonly id: string }[]
  readonly variables?: Readonly<Record<string, string>>
  /** An object store of its own; else the service's embedded one. */
  /** Without the gates on the way to the store. */
  readonly direct?: boolean
  readonly store?: { readonly endpoint: string; readonly config: S3ClientConfig }
}

/** The real program on this machine with jobs in real pods, whose agents reach the store on a way with gates. */
export async function podScenario(
  t: TestContext,
  cluster: Cluster,
  namespace: string,
  { services, variables, store, direct = false }: PodScenarioOptions,
) {
  const storeUrl = () => store?.endpoint ?? scenario.service().urls.storeUrl
  const way = await HeldRequests.listen(hostAddress, storeUrl)
  t.after(() => way[Symbol.asyncDispose]())
  const scenario = await faultScenario(t, {
    services: Object.fromEntries(services.map((one) => [`${one.id}.service.yaml`, one])),
    variables: {
      ...kubernetesVariables(cluster, namespace),
      ...variables,
      ...(direct ? {} : { DSC_AGENT_STORE_URL: way.url }),
    },
  })
  await scenario.ready()
  const kubectl = (...args: readonly string[]) =>
    cluster.kubectl(['--namespace', namespace, ...args])
  const reader = openCluster({ kubeconfigPath: cluster.kubeconfig, userAgent: 'test' })
  t.after(() => reader[Symbol.asyncDispose]())
  const pods = async (jobId: string) => {
    const found = await reader.get(
      `/api/v1/namespaces/${namespace}/pods`,
      { labelSelector: `${labels.job}=${jobId}` },
      AbortSignal.timeout(30_000),
    )
    return (found as { readonly items: readonly V1Pod[] }).items
  }
  const job = (id: string) => scenario.get<ShownJob>(`/jobs/${id}`)
  const when = (id: string, what: string, is: (seen: ShownJob) => boolean, withinMs = patientMs) =>
    until(
      `${id}: ${what}`,
      async () => {
        const seen = await job(id)
        return is(seen) && seen
      },
      withinMs,
    )
  const owner = () =>
    new S3Client(store?.config ?? ownerOfEmbedded(scenario.disk.directory, storeUrl()))
  return {
    ...scenario,
    way,
    kubectl,
    pods,
    secretOf: (jobId: string, attempt: number) =>
      agentSecret(reader, namespace, { jobId, attempt }),
    job,
    when,
    is: (id: string, state: string) => when(id, state, (seen) => seen.state === state),
    ended: (id: string, withinMs?: number) =>
      when(id, 'its end', ({ state }) => ends.includes(state), withinMs),
    submit: async (serviceId: string, parameters: Readonly<Record<string, unknown>> = {}) => {
      const answer = await scenario.client().call('POST', '/jobs', { serviceId, parameters })
      assert.equal(answer.status, 201, answer.text)
      return (answer.body as ShownJob).id
    },
    put: async (name: string, body: string | Uint8Array) => {
      const answer = await scenario.client().call('PUT', `/inputs/${name}`, body)
      assert.equal(answer.status, 201, answer.text)
    },
    /** The pod of an attempt, once it is as wanted. */
    pod: (jobId: string, is: (pod: V1Pod) => boolean = () => true, attempt = 1) =>
      until(
        `the pod of ${jobId}-${attempt}`,
        async () => {
          const ofAttempt = ({ metadata }: V1Pod) =>
            metadata?.labels?.[labels.attempt] === String(attempt)
          const found = (await pods(jobId)).find((pod) => ofAttempt(pod) && is(pod))
          if (found === undefined) await pause(lookMs)
          return found
        },
        patientMs,
      ),
    /** Lets a worker of `waitingService` go on. */
    go: async (jobId: string) => {
      const running = (await pods(jobId)).find(
        ({ status }) => status?.containerStatuses?.[0]?.state?.running !== undefined,
      )
      assert.ok(running, `${jobId} has no worker that runs`)
      process.kill(workerPid(running), 'SIGUSR1')
    },
    output: async (jobId: string) => {
      const answer = await scenario.client().call('GET', `/jobs/${jobId}/outputs/result`)
      assert.equal(answer.status, 200, answer.text)
      return answer.text
    },
    /** The store as the service itself may use it. */
    owner,
    bucket: async () => {
      using ofOwner = closing(owner())
      const { Buckets = [] } = await ofOwner.client.send(new ListBucketsCommand({}))
      const own = Buckets.filter(({ Name }) => Name?.startsWith(variables?.[prefix] ?? 'dsc-'))
      assert.equal(own.length, 1, JSON.stringify(own))
      return own[0]?.Name ?? ''
    },
  }
}

const prefix = 'DSC_S3_BUCKET_PREFIX'

export type PodScenario = Awaited<ReturnType<typeof podScenario>>

function ownerOfEmbedded(directory: string, endpoint: string): S3ClientConfig {
  const key = (name: string) => readFileSync(join(directory, 'data/keys', name), 'utf8').trim()
  return {
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: key('store-access-key-id'),
      secretAccessKey: key('store-secret-access-key'),
    },
  }
}

/** The attempts of a job that an agent has claimed, as the bucket tells it. */
export async function claimedAttempts(scenario: PodScenario, jobId: string) {
  using store = closing(scenario.owner())
  const Prefix = attemptPrefix(jobId, 1).replace(/1\/$/, '')
  const { Contents = [] } = await store.client.send(
    new ListObjectsV2Command({ Bucket: await scenario.bucket(), Prefix }),
  )
  const keys = new Set(Contents.map(({ Key }) => Key))
  return [1, 2, 3, 4, 5].filter((attempt) => keys.has(claimKey(jobId, attempt)))
}

/** SUCCEEDED once: one claim, one beginning in the worker's own print, one result, one event of the end. */
export async function deliveredOnce(scenario: PodScenario, jobId: string, expected: string) {
  const ended = await scenario.ended(jobId)
  assert.deepEqual([ended.state, ended.attempt], ['SUCCEEDED', 1], JSON.stringify(ended))
  assert.deepEqual(await claimedAttempts(scenario, jobId), [1])
  const log = await scenario.client().call('GET', `/jobs/${jobId}/logs`)
  assert.deepEqual(log.text.match(/^began$/gm), ['began'], log.text)
  const { items } = await scenario.get<{ items: { name: string }[] }>(`/jobs/${jobId}/outputs`)
  assert.deepEqual(
    items.map(({ name }) => name),
    ['result'],
  )
  assert.equal(await scenario.output(jobId), expected)
  const events = await scenario.get<{ items: { type: string }[] }>(
    `/events?type=job.succeeded&subject=jobs/${jobId}`,
  )
  assert.equal(events.items.length, 1, JSON.stringify(events))
  const { manifest } = await scenario.get<{ manifest: { state: string; attempt: number } }>(
    `/jobs/${jobId}/manifest`,
  )
  assert.deepEqual([manifest.state, manifest.attempt], ['SUCCEEDED', 1])
}

export const closing = (client: S3Client) => ({
  client,
  [Symbol.dispose]: () => client.destroy(),
})
