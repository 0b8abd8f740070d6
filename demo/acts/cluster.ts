import { resolve } from 'node:path'
import type { DemoCluster } from '../kubernetes/cluster.ts'
import type { DemoNamespace } from '../kubernetes/namespace.ts'
import type { PodRecord } from '../kubernetes/pod-record.ts'
import type { Stage } from '../stage.ts'
import { seconds, shortId, shorten } from '../terminal.ts'
import type { Order } from './inputs.ts'

/** Settings of the service that make its jobs pods of the cluster. */
export const clusterVariables = (cluster: DemoCluster): Record<string, string> => ({
  DSC_COMPUTE: 'kubernetes',
  KUBECONFIG: resolve(cluster.kubeconfig),
  DSC_KUBERNETES_NAMESPACE: cluster.namespace,
  DSC_AGENT_IMAGE: cluster.agentImage,
  DSC_STORE_HOST: cluster.host,
  DSC_KUBERNETES_STORE_CIDRS: `${cluster.host}/${cluster.host.includes(':') ? 128 : 32}`,
})

/** A namespace in which pods have few rights. */
export async function openNamespace(stage: Stage, cluster: DemoCluster): Promise<DemoNamespace> {
  const { terminal, signal } = stage
  const { DemoNamespace: Namespace } = await import('../kubernetes/namespace.ts')
  const { refusalOfPrivilegedPod } = await import('../kubernetes/trial-pod.ts')
  const namespace = await Namespace.open(cluster, signal)
  const remove = () => namespace.remove(AbortSignal.timeout(100_000))
  stage.deferRemoval(remove, `delete namespace ${cluster.namespace}`)
  const { name, isOurs, standard } = namespace
  const nodes = cluster.nodes === null ? '' : `, nodes: ${cluster.nodes.join(', ')}`
  terminal.table([
    [
      'cluster',
      `${cluster.kubeconfig}: Kubernetes ${cluster.version} at ${cluster.client.server}${nodes}`,
    ],
    ['namespace', `${name}, ${isOurs ? 'made for this demo and removed at its end' : 'as it is'}`],
    ['agent', `${cluster.agentImage}, beside every worker`],
    ['worker', `${cluster.workerImage}, which knows nothing of dataspace-compute`],
    ['store', `listens on ${cluster.host}, where pods reach this machine`],
  ])
  if (standard === null) {
    terminal.say(
      'The namespace tells of no Pod Security standard; the pods keep to "restricted" anyway.',
    )
    return namespace
  }
  const refusal = await refusalOfPrivilegedPod(cluster, signal)
  terminal.say('A pod with all rights, tried there as a dry run, gets this answer:')
  terminal.quote(shorten(refusal ?? 'it may run', 150))
  stage.prove(refusal !== null, `Pod Security "${standard}" is enforced there.`)
  return namespace
}

/** What the cluster had for the job while it ran, and that it is gone. */
export async function showObjects(
  stage: Stage,
  cluster: DemoCluster,
  { job }: Order,
  record: PodRecord,
  storeUrl: string,
): Promise<void> {
  const { terminal, signal } = stage
  const { describeObjects, isConfined, isClosed } = await import('../kubernetes/descriptions.ts')
  const { objectsOf } = await import('../kubernetes/objects.ts')
  const { objects } = record
  if (objects === null) throw new Error('the pod was never seen with a running agent')
  terminal.say('While the pod ran, the cluster had this for the job:')
  terminal.table([['kind', 'name', 'what it is for'], ...describeObjects(objects)])
  stage.prove(
    isConfined(objects),
    "The worker's container has no key of the store, no token of the cluster, and cannot become root.",
  )
  stage.prove(
    isClosed(objects, cluster.host, new URL(storeUrl).port),
    'The network policy lets nothing in, and out only to name service and store.',
  )
  terminal.say('(Whether a policy is enforced is up to the network of the cluster.)')
  const left = await stage.until('the end of all that belongs to the job', async () => {
    const found = await objectsOf(cluster, job.id, signal)
    return found.jobs.length + found.pods.length + found.secrets.length === 0 ? found : undefined
  })
  terminal.say("Now that the job has ended, this is left with the job's label:")
  const { jobs, pods, secrets } = left
  terminal.table([
    ['jobs', 'pods', 'secrets'],
    [jobs, pods, secrets].map(({ length }) => String(length)),
  ])
  stage.prove(
    jobs.length + pods.length + secrets.length === 0,
    'Job, pod and both Secrets are gone; log and results are with the service.',
  )
  stage.findings.push([
    'pod',
    `${shortId(record.name)} on node ${record.node}, gone ${seconds(record.tookMs)} after its job had begun`,
  ])
}

/** The namespace goes with everything in it, if the demo has made it. */
export async function closeNamespace(stage: Stage, namespace: DemoNamespace): Promise<void> {
  const { terminal, signal } = stage
  if (!namespace.isOurs) {
    terminal.say(`The namespace ${namespace.name} was there before, and stays.`)
    return
  }
  const begun = performance.now()
  await namespace.remove(signal)
  const took = seconds(performance.now() - begun)
  stage.prove(
    await namespace.isGone(signal),
    `The namespace ${namespace.name}, asked to go with everything in it, is gone after ${took}.`,
  )
}
