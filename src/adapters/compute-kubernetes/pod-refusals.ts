import type { AttemptRef } from '../../application/ports/compute-backend.ts'
import type { ClusterReader } from './cluster-client.ts'
import { jobName } from './names.ts'
import type { JobView } from './observed.ts'

/** A Job that has no pod after this long is asked about. */
const withoutPodMs = 5_000
const askAgainMs = 15_000

interface Answer {
  readonly uid: string
  readonly askedAt: number
  readonly message: string | null
}

/** Why Jobs have no pod: only Events say it, and they are asked only for such Jobs. */
export class PodRefusals {
  readonly #cluster: ClusterReader
  readonly #namespace: string
  readonly #answers = new Map<string, Answer>()

  constructor(cluster: ClusterReader, namespace: string) {
    this.#cluster = cluster
    this.#namespace = namespace
  }

  /** The last Event that says why the Job's pod was refused; null: none. Throws what the cluster says. */
  async of(job: JobView, signal: AbortSignal): Promise<string | null> {
    const name = jobName(job.ref)
    const now = Date.now()
    if (job.suspended || job.end !== null || now - job.createdAt.getTime() < withoutPodMs) {
      return null
    }
    const known = this.#answers.get(name)
    if (known?.uid === job.uid && now - known.askedAt < askAgainMs) return known.message
    const message = await this.#ask(job, signal)
    this.#answers.set(name, { uid: job.uid, askedAt: now, message })
    return message
  }

  forget(ref: AttemptRef): void {
    this.#answers.delete(jobName(ref))
  }

  async #ask(job: JobView, signal: AbortSignal): Promise<string | null> {
    const fieldSelector = `involvedObject.uid=${job.uid},reason=FailedCreate`
    const path = `/api/v1/namespaces/${this.#namespace}/events`
    const found = await this.#cluster.get(path, { fieldSelector, limit: 20 }, signal)
    const { items = [] } = found as { readonly items?: readonly { readonly message?: string }[] }
    return items.at(-1)?.message ?? null
  }
}
