import { setTimeout as pause } from 'node:timers/promises'
import type { V1Job, V1NetworkPolicy, V1Pod, V1Secret } from '@kubernetes/client-node'
import {
  clusterError,
  statusOf,
  withSignal,
} from '../../src/adapters/compute-kubernetes/cluster-client.ts'
import { labels } from '../../src/adapters/compute-kubernetes/names.ts'
import type { DemoCluster } from './cluster.ts'

/** What the cluster has for one job. */
export interface JobObjects {
  readonly jobs: readonly V1Job[]
  readonly pods: readonly V1Pod[]
  readonly secrets: readonly V1Secret[]
  /** Of the version of the service that the job uses: it outlives the job. */
  readonly policies: readonly V1NetworkPolicy[]
}

/** As `kubectl get jobs,pods,secrets,networkpolicies` with the labels of the job. */
export async function objectsOf(
  cluster: DemoCluster,
  jobId: string,
  signal: AbortSignal,
): Promise<JobObjects> {
  const ofJob = `${labels.job}=${jobId}`
  const [jobs, pods, secrets] = await Promise.all([
    list<V1Job>(cluster, 'apis/batch/v1', 'jobs', ofJob, signal),
    list<V1Pod>(cluster, 'api/v1', 'pods', ofJob, signal),
    list<V1Secret>(cluster, 'api/v1', 'secrets', ofJob, signal),
  ])
  const service = jobs[0]?.metadata?.labels
  const ofService = [labels.installation, labels.service]
    .map((label) => `${label}=${service?.[label] ?? ''}`)
    .join(',')
  const policies =
    service === undefined
      ? []
      : await list<V1NetworkPolicy>(cluster, networking, 'networkpolicies', ofService, signal)
  return { jobs, pods, secrets, policies }
}

const graceSeconds = 1
const lookEveryMs = 200
const networking = 'apis/networking.k8s.io/v1'

async function list<T>(
  { client, namespace }: DemoCluster,
  group: string,
  resource: string,
  labelSelector: string,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const path = `/${group}/namespaces/${namespace}/${resource}`
  try {
    const found = await client.get(path, { labelSelector }, signal)
    return (found as { readonly items: readonly T[] }).items
  } catch (error) {
    throw clusterError(error)
  }
}

/** Removes what is left of this job, and the network policy that it had, from a namespace that stays. */
export async function removeObjects(
  cluster: DemoCluster,
  jobId: string,
  installation: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { client, namespace } = cluster
  const { jobs, pods } = await objectsOf(cluster, jobId, signal)
  for (const { metadata } of jobs) {
    const request = { namespace, name: metadata?.name ?? '', propagationPolicy: 'Background' }
    await unlessGone(client.batch.deleteNamespacedJob(request, withSignal(signal)))
  }
  for (const { metadata } of pods) {
    const request = { namespace, name: metadata?.name ?? '', gracePeriodSeconds: graceSeconds }
    await unlessGone(client.core.deleteNamespacedPod(request, withSignal(signal)))
  }
  while ((await objectsOf(cluster, jobId, signal)).pods.length > 0)
    await pause(lookEveryMs, undefined, { signal })
  const owner = installation ?? jobs[0]?.metadata?.labels?.[labels.installation]
  if (owner === undefined) return
  const labelSelector = `${labels.installation}=${owner}`
  const policies = await list<V1NetworkPolicy>(
    cluster,
    networking,
    'networkpolicies',
    labelSelector,
    signal,
  )
  for (const { metadata } of policies) {
    const request = { namespace, name: metadata?.name ?? '' }
    await unlessGone(client.networking.deleteNamespacedNetworkPolicy(request, withSignal(signal)))
  }
}

async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (statusOf(error) !== 404) throw clusterError(error)
  })
}
