import type { V1Job, V1Pod } from '@kubernetes/client-node'
import type { AttemptRef } from '../../application/ports/compute-backend.ts'
import type { ClusterReader } from './cluster-client.ts'
import { PodsByAttempt, type ObservedPod } from './cluster-observation-pods.ts'
import { SharedValues } from './cluster-observation-sharing.ts'
import { installationSelector, jobName } from './names.ts'
import { jobView, podView, type JobView } from './observed.ts'
import { WatchedList, type WatchTimes } from './watched-list.ts'

export type { ObservedPod } from './cluster-observation-pods.ts'

export interface ObservationOptions {
  readonly cluster: ClusterReader
  readonly namespace: string
  readonly installationId: string
  readonly times?: Partial<WatchTimes>
  /** How long a pod is remembered after it and its Job went; default 10 minutes. */
  readonly retentionMs?: number
}

export interface ObservedAttempt {
  readonly job: JobView | null
  /** Of this Job, while it is there; else every pod with the attempt's labels. */
  readonly pods: readonly ObservedPod[]
}

/**
 * What is there of all attempts of an installation, from two watches: Jobs and pods. Begins when it is made and ends
 * with its disposal.
 */
export class ClusterObservation implements AsyncDisposable {
  readonly #jobs: WatchedList<JobView>
  readonly #podList: WatchedList<ObservedPod>
  readonly #pods: PodsByAttempt
  readonly #shared = new SharedValues()
  readonly #listeners = new Set<(ref: AttemptRef) => void>()

  constructor({ cluster, namespace, installationId, times, retentionMs }: ObservationOptions) {
    const common = { cluster, labelSelector: installationSelector(installationId), times }
    this.#pods = new PodsByAttempt(
      retentionMs ?? 600_000,
      (name) => this.#jobs.get(name)?.uid ?? null,
    )
    this.#jobs = new WatchedList<JobView>({
      ...common,
      path: `/apis/batch/v1/namespaces/${namespace}/jobs`,
      project: (object) => this.#jobView(object as V1Job),
      onChange: (now, before) => this.#jobChanged(now, before),
    })
    this.#podList = new WatchedList<ObservedPod>({
      ...common,
      path: `/api/v1/namespaces/${namespace}/pods`,
      project: (object) => this.#podView(object as V1Pod),
      onChange: (now, before) => this.#podChanged(now, before),
    })
  }

  /** What was seen last; no request. */
  get(ref: AttemptRef): ObservedAttempt {
    const name = jobName(ref)
    const job = this.#jobs.get(name) ?? null
    const pods = this.#pods.of(name)
    return { job, pods: job === null ? pods : pods.filter((pod) => pod.ownerUid === job.uid) }
  }

  /** Every attempt of which a Job or a pod is there. */
  list(): AttemptRef[] {
    const refs = [...this.#jobs.values()].map(({ ref }) => ref)
    for (const ref of this.#pods.living()) {
      if (this.#jobs.get(jobName(ref)) === undefined) refs.push(ref)
    }
    return refs
  }

  /** Takes over the answer of a create call of our own, so that the Job is known before its event comes. */
  note(job: V1Job): void {
    this.#jobs.note(job)
  }

  /** Changes are hints: some may be told twice, and what a listener throws is dropped. */
  onChange(listener: (ref: AttemptRef) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  /** Resolves when everything that is there has been seen once; rejects with the signal's reason. */
  async ready(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#jobs.ready(signal), this.#podList.ready(signal)])
  }

  /** Since when and why the cluster cannot be observed, as a sentence; null: it can. */
  trouble(): string | null {
    const [first] = [this.#jobs.contact.trouble, this.#podList.contact.trouble]
      .filter((trouble) => trouble !== null)
      .sort((one, other) => one.since.getTime() - other.since.getTime())
    return first === undefined ? null : `Since ${first.since.toISOString()}: ${first.why}`
  }

  /** When the API server was heard last on the watch that was silent for longer; null: never. */
  get lastContactAt(): Date | null {
    const { jobs, pods } = this.#contacts()
    return jobs.lastAt === null || pods.lastAt === null
      ? null
      : new Date(Math.min(jobs.lastAt.getTime(), pods.lastAt.getTime()))
  }

  /** Since when both watches have gone without a fault; null: one has one now. */
  get healthySince(): Date | null {
    const { jobs, pods } = this.#contacts()
    return jobs.healthySince === null || pods.healthySince === null
      ? null
      : new Date(Math.max(jobs.healthySince.getTime(), pods.healthySince.getTime()))
  }

  /** How often an object could not be read since the beginning; its last view was kept then. */
  get unreadable(): number {
    return this.#jobs.unreadable + this.#podList.unreadable
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear()
    await Promise.all([this.#jobs[Symbol.asyncDispose](), this.#podList[Symbol.asyncDispose]()])
    this.#pods[Symbol.dispose]()
  }

  #contacts() {
    return { jobs: this.#jobs.contact, pods: this.#podList.contact }
  }

  /** A Job of another name is none of ours, whatever its labels say. */
  #jobView(object: V1Job): JobView | null {
    const view = jobView(object)
    return view?.name === undefined || view.name !== jobName(view.ref)
      ? null
      : this.#shared.share(view)
  }

  #podView(object: V1Pod): ObservedPod | null {
    const view = podView(object)
    if (view === null) return null
    const owner = object.metadata?.ownerReferences?.find(
      ({ controller, kind }) => controller === true && kind === 'Job',
    )
    const ownerUid = owner?.uid ?? null
    const job = this.#jobs.get(jobName(view.ref))
    return this.#shared.share<ObservedPod>({
      ...view,
      ref: job?.ref ?? view.ref,
      ownerUid: job?.uid === ownerUid ? job.uid : ownerUid,
      gone: false,
    })
  }

  #jobChanged(now: JobView | null, before: JobView | null): void {
    if (now === null && before !== null) this.#pods.jobGone(before.name)
    this.#tell(now ?? before)
  }

  #podChanged(now: ObservedPod | null, before: ObservedPod | null): void {
    const pod = now ?? (before === null ? null : { ...before, gone: true, goneAt: new Date() })
    if (pod === null) return
    this.#pods.put(pod)
    const job = this.#jobs.get(jobName(pod.ref))
    if (job === undefined || job.uid === pod.ownerUid) this.#tell(pod)
  }

  #tell(view: { readonly ref: AttemptRef } | null): void {
    if (view === null) return
    for (const listener of this.#listeners) {
      try {
        listener(view.ref)
      } catch {
        // A listener's fault is not the cluster's: the state is kept, and the next comparison finds the change.
      }
    }
  }
}
