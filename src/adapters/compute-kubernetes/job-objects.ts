import { PatchStrategy, setHeaderOptions, type V1Job, type V1Secret } from '@kubernetes/client-node'
import type {
  AgentCredentials,
  AttemptRef,
  AttemptSpec,
} from '../../application/ports/compute-backend.ts'
import { FailureError } from '../../domain/failure.ts'
import { clusterError, statusOf, withSignal, type ClusterClient } from './cluster-client.ts'
import { jobDocument } from './job-document.ts'
import type { JobSettings } from './job-settings.ts'
import { agentSecretName, jobName, labels } from './names.ts'
import { podPlaces } from './pod-places.ts'
import { credentialsData, ownedBy, secretDocuments } from './secret-documents.ts'
import { workerVariables } from './worker-variables.ts'

/** Every write to the cluster that an attempt makes. */
export class JobObjects {
  readonly #cluster: ClusterClient
  readonly #settings: JobSettings

  constructor(cluster: ClusterClient, settings: JobSettings) {
    this.#cluster = cluster
    this.#settings = settings
  }

  /** Makes the Job and what its pod mounts. There already and ours: what is missing of it is made. */
  async create(spec: AttemptSpec, signal: AbortSignal): Promise<V1Job> {
    const places = podPlaces(spec)
    const { env, secret } = workerVariables(spec, await spec.environments(signal))
    const secrets = await secretDocuments(spec, this.#settings, places, secret)
    const job = await this.#createJob(jobDocument(spec, this.#settings, places, env), signal)
    const owner = ownedBy(spec, job.metadata?.uid ?? '')
    for (const body of secrets) {
      body.metadata = { ...body.metadata, ownerReferences: [owner] }
      await this.#putSecret(body, signal)
    }
    return job
  }

  /** Gives the agent a new session. No Secret: nothing to do. */
  async renew(ref: AttemptRef, credentials: AgentCredentials, signal: AbortSignal): Promise<void> {
    const body = { data: credentialsData(credentials) }
    await this.#patchSecret(agentSecretName(ref), body, signal).catch((error: unknown) => {
      if (statusOf(error) !== 404) throw clusterError(error)
    })
  }

  async deletePod(name: string, graceSeconds: number, signal: AbortSignal): Promise<void> {
    const { namespace } = this.#settings
    const request = { namespace, name, gracePeriodSeconds: graceSeconds }
    await unlessGone(this.#cluster.core.deleteNamespacedPod(request, withSignal(signal)))
  }

  /** Its Secrets and its pod go with it. */
  async deleteJob(ref: AttemptRef, signal: AbortSignal): Promise<void> {
    const { namespace } = this.#settings
    const request = { namespace, name: jobName(ref), propagationPolicy: 'Background' }
    await unlessGone(this.#cluster.batch.deleteNamespacedJob(request, withSignal(signal)))
  }

  async #createJob(body: V1Job, signal: AbortSignal): Promise<V1Job> {
    const { namespace } = this.#settings
    const { batch } = this.#cluster
    try {
      return await batch.createNamespacedJob({ namespace, body }, withSignal(signal))
    } catch (error) {
      if (statusOf(error) !== 409) throw clusterError(error, 'create')
    }
    const name = body.metadata?.name ?? ''
    const found = await this.#read(name, signal)
    if (found.metadata?.labels?.[labels.installation] !== this.#settings.installationId) {
      throw new FailureError('internal', `The Job ${name} is there and not ours.`)
    }
    if (found.metadata.deletionTimestamp !== undefined) {
      throw new FailureError('cluster-unavailable', `The Job ${name} is still being deleted.`)
    }
    return found
  }

  async #read(name: string, signal: AbortSignal): Promise<V1Job> {
    const { namespace } = this.#settings
    try {
      return await this.#cluster.batch.readNamespacedJob({ namespace, name }, withSignal(signal))
    } catch (error) {
      throw clusterError(error)
    }
  }

  /** One that is there was made before a crash, or belongs to an earlier Job of this name that never ran. */
  async #putSecret(body: V1Secret, signal: AbortSignal): Promise<void> {
    const { namespace } = this.#settings
    try {
      await this.#cluster.core.createNamespacedSecret({ namespace, body }, withSignal(signal))
    } catch (error) {
      if (statusOf(error) !== 409) throw clusterError(error, 'create')
      const { metadata, data } = body
      const patch = { metadata: { ownerReferences: metadata?.ownerReferences }, data }
      await this.#patchSecret(metadata?.name ?? '', patch, signal).catch((failed: unknown) => {
        throw clusterError(failed, 'create')
      })
    }
  }

  async #patchSecret(name: string, body: object, signal: AbortSignal): Promise<void> {
    const { namespace } = this.#settings
    const mergePatch = setHeaderOptions(
      'Content-Type',
      PatchStrategy.MergePatch,
      withSignal(signal),
    )
    await this.#cluster.core.patchNamespacedSecret({ namespace, name, body }, mergePatch)
  }
}

async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion
  } catch (error) {
    if (statusOf(error) !== 404) throw clusterError(error)
  }
}
