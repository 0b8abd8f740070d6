import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import {
  clusterError,
  openCluster,
  statusOf,
  type ClusterClient,
} from '../../src/adapters/compute-kubernetes/cluster-client.ts'
import type { KubernetesOptions } from '../options.ts'
import { hostAddress } from './host-address.ts'
import { availability, isUsable, type NodeView } from './images.ts'

const patienceMs = 10_000
/** Nodes look at their images every 30 seconds, and report changes within 10. */
const toldWithinMs = 45_000
const lookEveryMs = 1_000
/** Side-cars are on by default from here on. */
const oldestMinor = 29

/** The cluster in which the jobs of the demo run, and what was found out about it. */
export interface DemoCluster extends KubernetesOptions {
  readonly client: ClusterClient
  /** `v1.34.4` */
  readonly version: string
  /** Null: they may not be asked for. */
  readonly nodes: readonly string[] | null
  /** Where pods reach this machine. */
  readonly host: string
}

/** Looks whether the demo can run there; makes nothing. Throws with one sentence, and what to do. `say` is told what is waited for. */
export async function findCluster(
  options: KubernetesOptions,
  say: (text: string) => void,
): Promise<DemoCluster> {
  const { kubeconfig } = options
  if (!existsSync(kubeconfig))
    throw new Error(
      `KUBECONFIG names a file that is not there: ${kubeconfig}. Name one file that is.`,
    )
  const client = open(kubeconfig)
  const version = await versionOf(client)
  const nodes = await nodesWithImages(client, options, say)
  const host = await hostAddress(options.host, nodes ?? [])
  const names = nodes?.map(({ metadata }) => metadata?.name ?? '?') ?? null
  return { ...options, client, version, nodes: names, host }
}

function open(kubeconfigPath: string): ClusterClient {
  try {
    return openCluster({
      kubeconfigPath,
      userAgent: 'dataspace-compute-demo',
      deadlineMs: patienceMs,
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${why} Check it with: kubectl config view`, { cause: error })
  }
}

async function versionOf(client: ClusterClient): Promise<string> {
  const answer = await client
    .get('/version', {}, AbortSignal.timeout(patienceMs))
    .catch((error: unknown) => {
      throw new Error(
        `The cluster at ${client.server} cannot be used: ${clusterError(error).message} Check that it runs, and KUBECONFIG, with: kubectl version`,
      )
    })
  const { gitVersion = '?', minor = '0' } = answer as { gitVersion?: string; minor?: string }
  if (parseInt(minor) < oldestMinor)
    throw new Error(
      `The cluster is Kubernetes ${gitVersion}. Use one of version 1.${oldestMinor} or newer: pods need side-cars.`,
    )
  return gitVersion
}

/** Those that are ready for pods. Null: whoever runs the demo may not see nodes. */
async function nodesOf(client: ClusterClient): Promise<readonly NodeView[] | null> {
  try {
    const found = await client.get('/api/v1/nodes', {}, AbortSignal.timeout(patienceMs))
    return (found as { readonly items: readonly NodeView[] }).items.filter(isUsable)
  } catch (error) {
    if (statusOf(error) === 403) return null
    throw clusterError(error)
  }
}

/** The nodes, when no image is missing. One that was just brought to a node is waited for. */
async function nodesWithImages(
  client: ClusterClient,
  { agentImage, workerImage }: KubernetesOptions,
  say: (text: string) => void,
): Promise<readonly NodeView[] | null> {
  const deadline = performance.now() + toldWithinMs
  for (let isFirst = true; ; isFirst = false) {
    const nodes = await nodesOf(client)
    if (nodes?.length === 0)
      throw new Error('The cluster has no node that is ready. See: kubectl get nodes')
    const missing = [agentImage, workerImage].find(
      (image) => nodes !== null && availability(image, nodes) === 'missing',
    )
    if (missing === undefined) return nodes
    if (performance.now() > deadline) throw new Error(absence(missing, missing === agentImage))
    if (isFirst)
      say(`No node has the image ${missing}, or none has told of it yet. Looking again …`)
    await pause(lookEveryMs)
  }
}

function absence(image: string, isAgent: boolean): string {
  const [option, folder] = isAgent
    ? ['--agent-image', '.']
    : ['--worker-image', 'demo/worker/table-summary']
  return `No node of the cluster has the image ${image}. Build it (docker build -t ${image} ${folder}) and bring it to the nodes, or name another one with ${option}.`
}
