import { V1ObjectMeta, V1Secret } from '@kubernetes/client-node'
import {
  clusterError,
  openCluster,
  statusOf,
  type ClusterClient,
} from '../adapters/compute-kubernetes/cluster-client.ts'
import type { Configuration } from '../config/configuration.ts'
import { checkAgents } from './check-cluster-agents.ts'
import { checkPermissions } from './check-cluster-permissions.ts'
import { checked, type CheckLine } from './check-line.ts'

const deadlineMs = 10_000
/** Side-cars are on by default from here on. */
const oldestMinor = 29

/**
 * Whether jobs can run on the cluster. Asks with the rights of the service alone, and makes nothing: what is created is a
 * dry run.
 */
export async function checkCluster(configuration: Configuration): Promise<readonly CheckLine[]> {
  const kubeconfigPath = configuration.text('KUBECONFIG')
  const name = 'cluster'
  const remedy =
    kubeconfigPath === undefined
      ? 'Run as a pod with a service account and its token, or set KUBECONFIG.'
      : 'Check the file that KUBECONFIG names, and the way to its API server.'
  let cluster: ClusterClient
  try {
    cluster = openCluster({
      ...(kubeconfigPath === undefined ? {} : { kubeconfigPath }),
      userAgent: 'dataspace-compute/check',
      deadlineMs,
    })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return [{ result: 'fail', name, detail, remedy }]
  }
  await using open = cluster
  const reached = await checked(name, remedy, () => versionOf(open))
  if (reached.result === 'fail') return [reached]
  const namespace = configuration.text('DSC_KUBERNETES_NAMESPACE') ?? open.namespace
  if (namespace === null) return [reached, namespaceNeeded]
  const found = await checkNamespace(
    open,
    namespace,
    configuration.flag('DSC_KUBERNETES_ALLOW_ROOT'),
  )
  if (found.some(({ result }) => result === 'fail')) return [reached, ...found]
  return [
    reached,
    ...found,
    ...(await checkPermissions(open, namespace)),
    ...checkAgents(configuration),
    ...(await checkPullSecrets(open, namespace, configuration)),
  ]
}

const namespaceNeeded: CheckLine = {
  result: 'fail',
  name: 'namespace of jobs',
  detail: 'none is given, and the kubeconfig names none',
  remedy: 'Set DSC_KUBERNETES_NAMESPACE.',
}

async function versionOf(cluster: ClusterClient): Promise<string> {
  const { server } = cluster
  const signal = AbortSignal.timeout(deadlineMs)
  const answer = await cluster.get('/version', {}, signal).catch(translated)
  const { gitVersion, minor } = answer as {
    readonly gitVersion?: unknown
    readonly minor?: unknown
  }
  if (typeof gitVersion !== 'string' || typeof minor !== 'string') {
    throw new Error(`${server} answers, and is no API server`)
  }
  if (parseInt(minor) < oldestMinor) {
    throw new Error(
      `${server} is Kubernetes ${gitVersion}; side-cars need 1.${oldestMinor} or newer`,
    )
  }
  return `${server} answers: Kubernetes ${gitVersion}`
}

async function checkNamespace(
  { core }: ClusterClient,
  namespace: string,
  allowRoot: boolean,
): Promise<readonly CheckLine[]> {
  const name = 'namespace of jobs'
  const remedy = `Make it, or set DSC_KUBERNETES_NAMESPACE to another one.`
  try {
    const { metadata } = await core.readNamespace({ name: namespace })
    const level = metadata?.labels?.['pod-security.kubernetes.io/enforce']
    return [{ result: 'ok', name, detail: `${namespace} exists` }, podSecurity(level, allowRoot)]
  } catch (error) {
    const status = statusOf(error)
    if (status === 404) {
      return [{ result: 'fail', name, detail: `there is no ${namespace}`, remedy }]
    }
    if (status !== 403) return [{ result: 'fail', name, detail: messageOf(error), remedy }]
  }
  // The rights of the service do not let it read the namespace; but creating in it says whether it is there.
  const outcome = await tryCreateSecret(core, namespace, 'dataspace-compute-check')
  if (outcome === 'no-namespace') {
    return [{ result: 'fail', name, detail: `there is no ${namespace}`, remedy }]
  }
  const unread = {
    result: 'info',
    name: 'Pod Security',
    detail: `the labels of ${namespace} cannot be read with the rights of the service; pods of jobs keep to level restricted`,
  } as const
  const found = { result: 'ok', name, detail: `${namespace} exists` } as const
  const unasked = {
    result: 'info',
    name,
    detail: `whether ${namespace} exists cannot be asked with the rights of the service`,
  } as const
  return [outcome === 'refused' ? unasked : found, unread]
}

function podSecurity(level: string | undefined, allowRoot: boolean): CheckLine {
  const name = 'Pod Security'
  if (level === 'restricted' && allowRoot) {
    return {
      result: 'warn',
      name,
      detail: 'DSC_KUBERNETES_ALLOW_ROOT allows workers as root, and the namespace refuses them',
      remedy:
        'Label the namespace pod-security.kubernetes.io/enforce=baseline, or do not allow them.',
    }
  }
  const detail =
    level === undefined
      ? 'the namespace enforces no level by a label; pods of jobs keep to restricted anyway'
      : `the namespace enforces ${level}`
  return { result: 'info', name, detail }
}

/** Secrets cannot be read with the rights of the service; but a name that is taken cannot be created. */
async function checkPullSecrets(
  { core }: ClusterClient,
  namespace: string,
  configuration: Configuration,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = []
  for (const secret of configuration.list('DSC_KUBERNETES_IMAGE_PULL_SECRETS')) {
    const name = `pull secret ${secret}`
    const remedy = `Create it in ${namespace}: kubectl create secret docker-registry ${secret} …`
    const outcome = await tryCreateSecret(core, namespace, secret)
    if (outcome === 'taken') lines.push({ result: 'ok', name, detail: 'exists' })
    else if (outcome === 'free') {
      lines.push({ result: 'fail', name, detail: `there is none in ${namespace}`, remedy })
    } else {
      lines.push({ result: 'info', name, detail: 'whether it exists cannot be asked' })
    }
  }
  return lines
}

/** A dry run: nothing is made. */
async function tryCreateSecret(
  core: ClusterClient['core'],
  namespace: string,
  name: string,
): Promise<'free' | 'taken' | 'no-namespace' | 'refused'> {
  const metadata = Object.assign(new V1ObjectMeta(), { name })
  const body = Object.assign(new V1Secret(), { metadata })
  try {
    await core.createNamespacedSecret({ namespace, body, dryRun: 'All' })
    return 'free'
  } catch (error) {
    switch (statusOf(error)) {
      case 409:
        return 'taken'
      case 404:
        return 'no-namespace'
      default:
        return 'refused'
    }
  }
}

const messageOf = (error: unknown) => clusterError(error).message

function translated(error: unknown): never {
  throw clusterError(error)
}
