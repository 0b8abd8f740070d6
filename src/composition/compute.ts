import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KubernetesBackend } from '../adapters/compute-kubernetes/kubernetes-backend.ts'
import { LocalBackend } from '../adapters/compute-local/local-backend.ts'
import type { ComputeBackend } from '../application/ports/compute-backend.ts'
import type { Log } from '../application/ports/log.ts'
import { ConfigurationError, type Configuration } from '../config/configuration.ts'
import { isLoopback, listenerAddress } from './addresses.ts'

export interface ComputeContext {
  readonly configuration: Configuration
  readonly dataDirectory: string
  readonly installationId: string
  /** Where the service itself reaches the object store. */
  readonly storeEndpoint: string
  readonly agentProgram: readonly string[]
  readonly log: Log
}

export interface ComputeParts {
  readonly backend: ComputeBackend
  /** The API server; null: there is none. */
  readonly server: string | null
}

/** The compute backend of the configuration, opened. */
export async function openCompute(
  context: ComputeContext,
  opened: AsyncDisposableStack,
): Promise<ComputeParts> {
  const kubernetes = context.configuration.required('DSC_COMPUTE') === 'kubernetes'
  return kubernetes ? openKubernetes(context, opened) : openLocal(context)
}

async function openLocal(context: ComputeContext): Promise<ComputeParts> {
  const { configuration, dataDirectory, agentProgram, log } = context
  requireLoopbackForLocalJobs(configuration)
  const directory = join(dataDirectory, 'jobs')
  const backend = new LocalBackend({ directory, program: agentProgram, log })
  await backend.tidy()
  return { backend, server: null }
}

/** Local jobs isolate nothing: whoever reaches a listener could run programs here. */
function requireLoopbackForLocalJobs(configuration: Configuration): void {
  if (configuration.text('DSC_COMPUTE_LOCAL') === 'unsafe') return
  const names = ['CONSUMER', 'CONNECTOR', 'MANAGEMENT', 'STORE'] as const
  const exposed = names.filter((name) => !isLoopback(listenerAddress(configuration, name).host))
  if (exposed.length === 0) return
  const settings = exposed.map((name) => `DSC_${name}_HOST`).join(', ')
  throw new ConfigurationError([
    `DSC_COMPUTE=local isolates nothing, so every listener must be on loopback, and ${settings} is not. Use another address, or accept it with DSC_COMPUTE_LOCAL=unsafe.`,
  ])
}

const userAgent = 'dataspace-compute'

/** The client library takes half a second and much memory: it is loaded only where it is used. */
async function openKubernetes(
  context: ComputeContext,
  opened: AsyncDisposableStack,
): Promise<ComputeParts> {
  const { configuration, dataDirectory, installationId, log } = context
  const { openCluster } = await import('../adapters/compute-kubernetes/cluster-client.ts')
  const { KubernetesBackend: Backend } =
    await import('../adapters/compute-kubernetes/kubernetes-backend.ts')
  const kubeconfigPath = configuration.text('KUBECONFIG')
  const cluster = openCluster({
    userAgent,
    ...(kubeconfigPath === undefined ? {} : { kubeconfigPath }),
  })
  const agentStoreUrl = agentStore(context)
  const backend: KubernetesBackend = opened.use(
    new Backend({
      cluster,
      settings: {
        namespace: namespaceOf(configuration, cluster.namespace),
        installationId,
        agentImage: configuration.required('DSC_AGENT_IMAGE'),
        imagePullSecrets: configuration.list('DSC_KUBERNETES_IMAGE_PULL_SECRETS'),
        allowRoot: configuration.flag('DSC_KUBERNETES_ALLOW_ROOT'),
        kueueQueue: configuration.text('DSC_KUEUE_QUEUE') ?? null,
        profiles: await readProfiles(configuration),
        storeCidrs: configuration.list('DSC_KUBERNETES_STORE_CIDRS'),
        storePort: portOf(agentStoreUrl),
      },
      agentStoreUrl,
      logDirectory: join(dataDirectory, 'worker-logs'),
      logStreams: configuration.number('DSC_LOG_STREAMS'),
      log,
    }),
  )
  return { backend, server: cluster.server }
}

const agentStore = ({ configuration, storeEndpoint }: ComputeContext) =>
  configuration.text('DSC_AGENT_STORE_URL') ?? configuration.text('DSC_STORE_URL') ?? storeEndpoint

function portOf(url: string): number {
  const { port, protocol } = new URL(url)
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

function namespaceOf(configuration: Configuration, ofContext: string | null): string {
  const namespace = configuration.text('DSC_KUBERNETES_NAMESPACE') ?? ofContext
  if (namespace !== null) return namespace
  throw new ConfigurationError([
    'DSC_KUBERNETES_NAMESPACE is needed: the kubeconfig names no namespace.',
  ])
}

async function readProfiles(configuration: Configuration) {
  const path = configuration.text('DSC_KUBERNETES_PROFILES_FILE')
  if (path === undefined) return new Map<string, never>()
  const { parseHardwareProfiles } =
    await import('../adapters/compute-kubernetes/hardware-profiles.ts')
  try {
    return parseHardwareProfiles(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError([`DSC_KUBERNETES_PROFILES_FILE ${why}`])
  }
}
