import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type {
  AgentCredentials,
  AttemptRef,
  AttemptSpec,
  AttemptStatus,
  ComputeBackend,
} from '../../application/ports/compute-backend.ts'
import type { Log } from '../../application/ports/log.ts'
import { defaultLimits, type ComputeServiceContent } from '../../domain/compute-service.ts'
import { FailureError } from '../../domain/failure.ts'
import { attemptStatus, isQuota, isOverdue } from './attempt-status.ts'
import type { AttemptView, SeenPod } from './attempt-view.ts'
import { clusterError, type ClusterClient } from './cluster-client.ts'
import { ClusterObservation, type ObservationOptions } from './cluster-observation.ts'
import { JobObjects } from './job-objects.ts'
import type { JobSettings } from './job-settings.ts'
import { jobName } from './names.ts'
import { NetworkPolicies } from './network-policies.ts'
import type { PodView } from './observed.ts'
import { podLogs } from './pod-log.ts'
import { PodRefusals } from './pod-refusals.ts'
import { serviceRefusal } from './service-refusal.ts'
import { WorkerLogs, type LoggedPod } from './worker-logs.ts'

export interface KubernetesBackendOptions {
  readonly cluster: ClusterClient
  readonly settings: JobSettings
  /** How agents in pods reach the object store. */
  readonly agentStoreUrl: string
  /** Keeps the logs of workers while they run. */
  readonly logDirectory: string
  readonly logStreams: number
  readonly log: Log
  /** How long an image that cannot be pulled is waited for. */
  readonly startSeconds?: number
  readonly observation?: Pick<ObservationOptions, 'times' | 'retentionMs'>
}

const usualStartSeconds = 60
/** How long the first full look at the cluster is waited for by those who ask. */
const readyWithinMs = 10_000
/** A pod that runs although its attempt has to go is given this long, then no more. */
const removeGraceSeconds = 5
const removeWithinMs = 20_000

/** Runs each attempt as one Job with one pod, whose agent brings inputs and takes outputs. */
export class KubernetesBackend implements ComputeBackend, AsyncDisposable {
  readonly kind = 'kubernetes'
  readonly keepsRunLimit = false
  readonly passesAtOnce = 32
  /** The watches tell every change, and lists every ten minutes what a watch has missed. */
  readonly looks = { soon: 5, seldom: 600 }
  readonly #options: KubernetesBackendOptions
  readonly #observation: ClusterObservation
  readonly #objects: JobObjects
  readonly #policies: NetworkPolicies
  readonly #refusals: PodRefusals
  readonly #logs: WorkerLogs
  readonly #openedAt = new Date()
  /** Attempts that were asked to stop in this life of the service. */
  readonly #stopped = new Set<string>()
  /** Attempts that were removed, while the cluster or its last views still show something of them. */
  readonly #removed = new Set<string>()
  /** What quotas said of attempts that could not be made whole; they may have room later. */
  readonly #refusedObjects = new Map<string, string>()

  constructor(options: KubernetesBackendOptions) {
    const { cluster, settings, logDirectory, logStreams, log } = options
    const { namespace, installationId } = settings
    this.#options = options
    this.#objects = new JobObjects(cluster, settings)
    this.#policies = new NetworkPolicies(cluster.networking, settings)
    this.#refusals = new PodRefusals(cluster, namespace)
    const open = podLogs(cluster, namespace)
    this.#logs = new WorkerLogs({ directory: logDirectory, open, maxStreams: logStreams, log })
    this.#observation = new ClusterObservation({
      cluster,
      namespace,
      installationId,
      ...options.observation,
    })
  }

  refusal(service: ComputeServiceContent): string | null {
    return serviceRefusal(service, this.#options.settings)
  }

  async ensure(spec: AttemptSpec, signal: AbortSignal): Promise<void> {
    this.#removed.delete(jobName(spec))
    const credentials = { ...spec.credentials, endpoint: this.#options.agentStoreUrl }
    try {
      await this.#policies.ensure(spec, signal)
      this.#observation.note(await this.#objects.create({ ...spec, credentials }, signal))
      this.#refusedObjects.delete(jobName(spec))
    } catch (error) {
      const found = clusterError(error, 'create')
      if (found.failure.code !== 'admission-refused' || !isQuota(found.message)) throw found
      this.#refusedObjects.set(jobName(spec), found.message)
    }
  }

  async status(ref: AttemptRef, signal: AbortSignal): Promise<AttemptStatus> {
    await this.#ready(signal)
    if (this.#removed.has(jobName(ref))) return { phase: 'absent' }
    const view = await this.#view(ref, signal)
    return attemptStatus(view, {
      now: new Date(),
      startSeconds: this.#options.startSeconds ?? usualStartSeconds,
    })
  }

  observe(onChange: (ref: AttemptRef) => void): AsyncDisposable {
    const listening = this.#observation.onChange((ref) => {
      this.#followLog(ref)
      onChange(ref)
    })
    return {
      [Symbol.asyncDispose]: () => {
        listening[Symbol.dispose]()
        return Promise.resolve()
      },
    }
  }

  async refreshCredentials(
    ref: AttemptRef,
    credentials: AgentCredentials,
    signal: AbortSignal,
  ): Promise<void> {
    const endpoint = this.#options.agentStoreUrl
    await this.#objects.renew(ref, { ...credentials, endpoint }, signal)
  }

  async stop(ref: AttemptRef, graceSeconds: number, signal: AbortSignal): Promise<void> {
    await this.#ready(signal)
    this.#stopped.add(jobName(ref))
    const living = this.#pods(ref).filter(({ goneAt }) => goneAt === null)
    if (living.length === 0) {
      await this.#objects.deleteJob(ref, signal)
      this.#refusedObjects.delete(jobName(ref))
    }
    for (const pod of living) {
      if (pod.deletedAt === null) await this.#objects.deletePod(pod.name, graceSeconds, signal)
    }
  }

  async remove(ref: AttemptRef, signal: AbortSignal): Promise<void> {
    await this.#ready(signal)
    const running = this.#runningPods(ref)
    for (const pod of running) {
      const graceSeconds = isOverdue(pod, new Date()) ? 0 : removeGraceSeconds
      await this.#objects.deletePod(pod.name, graceSeconds, signal)
    }
    await this.#objects.deleteJob(ref, signal)
    if (running.length > 0) await this.#untilGone(ref, signal)
    this.#removed.add(jobName(ref))
    this.#refusals.forget(ref)
    this.#stopped.delete(jobName(ref))
    this.#refusedObjects.delete(jobName(ref))
    await this.#logs.remove(ref)
  }

  async logs(ref: AttemptRef, follow: boolean, signal: AbortSignal): Promise<Readable | null> {
    return this.#logs.read(this.#logged(ref) ?? ref, follow, signal)
  }

  async tidy(signal: AbortSignal): Promise<void> {
    await this.#ready(signal)
    const there = this.#observation.list()
    const names = new Set(there.map(jobName))
    for (const name of this.#removed) if (!names.has(name)) this.#removed.delete(name)
    await this.#logs.keepOnly((name) => names.has(name))
    const inUse = new Set(there.flatMap((ref) => this.#observation.get(ref).job?.service ?? []))
    await this.#policies.tidy(inUse, signal)
  }

  lastContactAt(): Date {
    return this.#observation.lastContactAt ?? this.#openedAt
  }

  async list(signal: AbortSignal): Promise<readonly AttemptRef[]> {
    await this.#ready(signal)
    const trouble = this.#observation.trouble()
    if (trouble !== null) throw new FailureError('cluster-unavailable', trouble)
    return this.#observation.list().filter((ref) => !this.#removed.has(jobName(ref)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#observation[Symbol.asyncDispose]()
    await this.#logs[Symbol.asyncDispose]()
    await this.#options.cluster[Symbol.asyncDispose]()
  }

  async #ready(signal: AbortSignal): Promise<void> {
    const bound = AbortSignal.timeout(readyWithinMs)
    try {
      await this.#observation.ready(AbortSignal.any([signal, bound]))
    } catch (error) {
      if (signal.aborted) throw error
      const why = this.#observation.trouble() ?? 'It was not seen yet.'
      throw new FailureError('cluster-unavailable', `The cluster cannot be observed. ${why}`)
    }
  }

  async #view(ref: AttemptRef, signal: AbortSignal): Promise<AttemptView> {
    const { job } = this.#observation.get(ref)
    const pods = this.#pods(ref)
    const stopped = this.#stopped.has(jobName(ref))
    const refusedObject = this.#refusedObjects.get(jobName(ref)) ?? null
    const seen = { job, pods, stopped, refusedObject }
    if (job === null || pods.length > 0) return { ...seen, refusedPod: null }
    try {
      return { ...seen, refusedPod: await this.#refusals.of(job, signal) }
    } catch (error) {
      throw clusterError(error)
    }
  }

  /** Living pods after those that are gone, else by their age. */
  #pods(ref: AttemptRef): readonly SeenPod[] {
    const seen = this.#observation
      .get(ref)
      .pods.map((pod) => ({ ...pod, goneAt: pod.gone ? pod.goneAt : null }))
    const order = ({ goneAt, createdAt }: SeenPod) =>
      (goneAt === null ? 1e15 : 0) + createdAt.getTime()
    return seen.sort((one, other) => order(one) - order(other))
  }

  #runningPods(ref: AttemptRef): readonly SeenPod[] {
    const isFinal = ({ phase }: PodView) => phase === 'Succeeded' || phase === 'Failed'
    return this.#pods(ref).filter((pod) => pod.goneAt === null && !isFinal(pod))
  }

  /** Waits until no pod of the attempt runs; one that does not go is deleted by force. */
  async #untilGone(ref: AttemptRef, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + removeWithinMs
    for (;;) {
      const left = this.#runningPods(ref)
      if (left.length === 0) return
      if (performance.now() > deadline) {
        for (const { name } of left) await this.#objects.deletePod(name, 0, signal)
        return
      }
      await pause(100, undefined, { signal })
    }
  }

  #followLog(ref: AttemptRef): void {
    const logged = this.#logged(ref)
    if (logged !== null) this.#logs.seen(logged)
  }

  /** Null: no worker has begun, or all of it was removed. */
  #logged(ref: AttemptRef): LoggedPod | null {
    if (this.#removed.has(jobName(ref))) return null
    const pod = this.#pods(ref).at(-1)
    const state = pod?.worker?.state
    if (pod === undefined || (state !== 'running' && state !== 'terminated')) return null
    const logBytes = this.#observation.get(ref).job?.logBytes ?? defaultLimits.logBytes
    const workerEnded = state === 'terminated' || pod.goneAt !== null
    return { ref, pod: pod.name, logBytes, workerEnded }
  }
}
