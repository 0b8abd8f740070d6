import type { V1Namespace } from '@kubernetes/client-node'
import { setTimeout as pause } from 'node:timers/promises'
import {
  clusterError,
  statusOf,
  withSignal,
} from '../../src/adapters/compute-kubernetes/cluster-client.ts'
import type { DemoCluster } from './cluster.ts'

const goneWithinMs = 90_000
const lookEveryMs = 200

export const enforced = 'pod-security.kubernetes.io/enforce'

/** The namespace of the demo's jobs. One that the demo has made is removed with everything in it. */
export class DemoNamespace {
  readonly name: string
  readonly isOurs: boolean
  /** The Pod Security standard that it enforces; null: none. */
  readonly standard: string | null
  readonly #cluster: DemoCluster
  readonly #uid: string

  private constructor(cluster: DemoCluster, found: V1Namespace, isOurs: boolean) {
    this.name = cluster.namespace
    this.isOurs = isOurs
    this.standard = found.metadata?.labels?.[enforced] ?? null
    this.#cluster = cluster
    this.#uid = found.metadata?.uid ?? ''
  }

  /** The one that is there, else a new one. One that is just being removed is waited for. */
  static async open(cluster: DemoCluster, signal: AbortSignal): Promise<DemoNamespace> {
    const found = await read(cluster, signal)
    if (found !== null && found.status?.phase !== 'Terminating')
      return new DemoNamespace(cluster, found, false)
    if (found !== null) await untilGone(cluster, found.metadata?.uid ?? '', signal)
    const metadata = { name: cluster.namespace, labels: { [enforced]: 'restricted' } }
    const made = await cluster.client.core
      .createNamespace({ body: { metadata } }, withSignal(signal))
      .catch((error: unknown) => {
        throw new Error(
          `The namespace ${cluster.namespace} cannot be made: ${clusterError(error, 'create').message} Name one that is there with --namespace.`,
        )
      })
    return new DemoNamespace(cluster, made, true)
  }

  /** Removes it, if the demo has made it, and waits until it is gone. */
  async remove(signal: AbortSignal): Promise<void> {
    if (!this.isOurs) return
    const body = { preconditions: { uid: this.#uid } }
    await this.#cluster.client.core
      .deleteNamespace({ name: this.name, body }, withSignal(signal))
      .catch((error: unknown) => {
        if (statusOf(error) !== 404 && statusOf(error) !== 409) throw clusterError(error)
      })
    await untilGone(this.#cluster, this.#uid, signal)
  }

  async isGone(signal: AbortSignal): Promise<boolean> {
    return (await read(this.#cluster, signal)) === null
  }
}

/** Null: there is none. */
async function read(
  { client, namespace }: DemoCluster,
  signal: AbortSignal,
): Promise<V1Namespace | null> {
  try {
    return await client.core.readNamespace({ name: namespace }, withSignal(signal))
  } catch (error) {
    if (statusOf(error) === 404) return null
    // Whoever has rights in a namespace alone may not look at it, and says by its name that it is there.
    if (statusOf(error) === 403) return {}
    throw clusterError(error)
  }
}

async function untilGone(cluster: DemoCluster, uid: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + goneWithinMs
  for (;;) {
    const found = await read(cluster, signal)
    if (found === null || found.metadata?.uid !== uid) return
    if (performance.now() > deadline)
      throw new Error(
        `the namespace ${cluster.namespace} is still there after ${goneWithinMs / 1000} s; see kubectl describe namespace ${cluster.namespace}`,
      )
    await pause(lookEveryMs, undefined, { signal })
  }
}
