import type { NetworkingV1Api } from '@kubernetes/client-node'
import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import { statusOf, withSignal } from './cluster-client.ts'
import type { JobSettings } from './job-settings.ts'
import { installationSelector, labels } from './names.ts'
import { networkPolicy, policyName } from './network-policy.ts'

/** A policy that was seen in place is looked at again after this long. */
const trustedMs = 600_000
/** A policy that no Job needs is kept this long, for the next one. */
const unusedMs = 3_600_000

/** One policy a version of a service: made before its first job, removed when no job needs it. */
export class NetworkPolicies {
  readonly #networking: NetworkingV1Api
  readonly #settings: JobSettings
  readonly #inPlace = new Map<string, number>()

  constructor(networking: NetworkingV1Api, settings: JobSettings) {
    this.#networking = networking
    this.#settings = settings
  }

  async ensure(spec: AttemptSpec, signal: AbortSignal): Promise<void> {
    const name = policyName(spec, this.#settings)
    if ((this.#inPlace.get(name) ?? 0) > Date.now() - trustedMs) return
    const { namespace } = this.#settings
    const body = networkPolicy(spec, this.#settings)
    try {
      await this.#networking.createNamespacedNetworkPolicy({ namespace, body }, withSignal(signal))
    } catch (error) {
      if (statusOf(error) !== 409) throw error
      await this.#networking.replaceNamespacedNetworkPolicy(
        { namespace, name, body },
        withSignal(signal),
      )
    }
    this.#inPlace.set(name, Date.now())
  }

  /** Removes policies of this installation that are old and that none of the labels in use selects. */
  async tidy(inUse: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { namespace, installationId } = this.#settings
    const labelSelector = installationSelector(installationId)
    const found = await this.#networking.listNamespacedNetworkPolicy(
      { namespace, labelSelector },
      withSignal(signal),
    )
    for (const { metadata } of found.items) {
      const name = metadata?.name ?? ''
      const service = metadata?.labels?.[labels.service]
      const made = new Date(metadata?.creationTimestamp ?? 0).getTime()
      const needed = Math.max(made, this.#inPlace.get(name) ?? 0) > Date.now() - unusedMs
      if (service === undefined || inUse.has(service) || needed) continue
      this.#inPlace.delete(name)
      await this.#networking
        .deleteNamespacedNetworkPolicy({ namespace, name }, withSignal(signal))
        .catch((error: unknown) => {
          if (statusOf(error) !== 404) throw error
        })
    }
  }
}
