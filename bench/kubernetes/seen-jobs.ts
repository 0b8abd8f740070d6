import type { V1Job, V1Pod } from '@kubernetes/client-node'
import { labels } from '../../src/adapters/compute-kubernetes/names.ts'
import { until } from '../../test/support/until.ts'
import type { ApiServer } from './api-server.ts'

/** What the cluster shows of one namespace's Jobs, by a watch of the bench's own. */
export class SeenJobs implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #running: Promise<unknown>
  readonly #jobs = new Map<string, number>()
  readonly #pods = new Map<string, Set<string>>()
  readonly #uids = new Map<string, Set<string>>()
  readonly #present = new Set<string>()
  #complete = 0
  readonly #ended = new Set<string>()

  #fault: unknown = null
  readonly #alsoCheck: () => void

  constructor(api: ApiServer, namespace: string, alsoCheck: () => void) {
    this.#alsoCheck = alsoCheck
    const { signal } = this.#stop
    const jobs = api.watch(
      `/apis/batch/v1/namespaces/${namespace}/jobs?watch=true&allowWatchBookmarks=true`,
      ({ type, object }) => this.#job(type, object as V1Job),
      signal,
    )
    const pods = api.watch(
      `/api/v1/namespaces/${namespace}/pods?watch=true&allowWatchBookmarks=true`,
      ({ type, object }) => {
        if (type === 'ADDED') add(this.#pods, object as V1Pod)
      },
      signal,
    )
    this.#running = Promise.all([jobs, pods]).catch((error: unknown) => {
      this.#fault = error
    })
  }

  /** Throws when the cluster could not be watched, or its node could not go on. */
  check(): void {
    if (this.#fault !== null)
      throw new Error('the cluster cannot be watched', { cause: this.#fault })
    this.#alsoCheck()
  }

  /** Jobs that were there at any time. */
  get made(): number {
    return this.#uids.size
  }

  /** Jobs that are there now. */
  get present(): number {
    return this.#present.size
  }

  /** Jobs that the cluster calls complete. */
  get complete(): number {
    return this.#complete
  }

  /** When the last Job was made, on the clock of `performance`. */
  get lastMadeAt(): number {
    return Math.max(...this.#jobs.values())
  }

  /** Jobs of the service that had more than one Job or more than one pod in the cluster. */
  get doubled(): number {
    const more = [this.#uids, this.#pods].flatMap((seen) =>
      [...seen].flatMap(([id, uids]) => (uids.size > 1 ? [id] : [])),
    )
    return new Set(more).size
  }

  forget(): void {
    for (const seen of [this.#jobs, this.#pods, this.#uids]) seen.clear()
    this.#ended.clear()
    this.#complete = 0
  }

  async untilComplete(count: number, timeoutMs: number): Promise<void> {
    const all = () => {
      this.check()
      return this.#complete >= count
    }
    await until(`${count} Jobs are complete`, all, timeoutMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  #job(type: string, job: V1Job): void {
    if (type === 'BOOKMARK') return
    const id = job.metadata?.labels?.[labels.job] ?? ''
    if (type === 'ADDED') {
      this.#jobs.set(id, performance.now())
      add(this.#uids, job)
    }
    const { uid = '' } = job.metadata ?? {}
    if (type === 'DELETED') this.#present.delete(uid)
    else this.#present.add(uid)
    const isComplete = job.status?.conditions?.some((one) => one.type === 'Complete') === true
    if (!isComplete || this.#ended.has(uid)) return
    this.#ended.add(uid)
    this.#complete += 1
  }
}

function add(seen: Map<string, Set<string>>, { metadata }: V1Job | V1Pod): void {
  const id = metadata?.labels?.[labels.job] ?? ''
  seen.set(id, (seen.get(id) ?? new Set()).add(metadata?.uid ?? ''))
}
