import type { AttemptRef } from '../../application/ports/compute-backend.ts'
import { jobName } from './names.ts'
import type { PodView } from './observed.ts'

interface Owned extends PodView {
  /** Of the Job that controls it; null: none does. */
  readonly ownerUid: string | null
}

/** A pod that is there, or as it was when it was seen last. */
export type ObservedPod = Owned &
  ({ readonly gone: false } | { readonly gone: true; readonly goneAt: Date })

/** Pods that went of one attempt: one is the rule, more come from hands. */
const mostGone = 4

/**
 * Pods by attempt. One that is gone is kept as long as its Job is there and for a while after: its end is often known
 * from it alone. One timer for all.
 */
export class PodsByAttempt implements Disposable {
  readonly #pods = new Map<string, readonly ObservedPod[]>()
  /** Attempts of which a pod or the Job went, with when that has to be looked at; the earliest first. */
  readonly #due = new Map<string, number>()
  readonly #retentionMs: number
  readonly #jobUid: (name: string) => string | null
  #timer: NodeJS.Timeout | null = null

  /** `jobUid` gives the uid of a Job that is there. */
  constructor(retentionMs: number, jobUid: (name: string) => string | null) {
    this.#retentionMs = retentionMs
    this.#jobUid = jobUid
  }

  of(name: string): readonly ObservedPod[] {
    return this.#pods.get(name) ?? []
  }

  /** The attempts that have a pod which is there. */
  *living(): IterableIterator<AttemptRef> {
    for (const pods of this.#pods.values()) {
      const pod = pods.find(({ gone }) => !gone)
      if (pod !== undefined) yield pod.ref
    }
  }

  put(pod: ObservedPod): void {
    const name = jobName(pod.ref)
    const others = this.of(name).filter(({ uid }) => uid !== pod.uid)
    const gone = others.filter((one) => one.gone).slice(pod.gone ? 1 - mostGone : -mostGone)
    this.#pods.set(name, [...others.filter((one) => !one.gone), ...gone, pod])
    if (pod.gone) this.#lookLater(name)
  }

  jobGone(name: string): void {
    if (this.#pods.has(name)) this.#lookLater(name)
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#due.clear()
  }

  #lookLater(name: string): void {
    // Moved to the end, so that the order of the map stays the order of the times.
    this.#due.delete(name)
    this.#due.set(name, performance.now() + this.#retentionMs)
    this.#arm()
  }

  #arm(): void {
    const [first] = this.#due.values()
    if (this.#timer !== null || first === undefined) return
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#forget()
        this.#arm()
      },
      first - performance.now() + 1,
    )
  }

  #forget(): void {
    const now = performance.now()
    for (const [name, dueAt] of this.#due) {
      if (dueAt > now) return
      this.#due.delete(name)
      const jobUid = this.#jobUid(name)
      const kept = this.of(name).filter(
        (pod) => !pod.gone || (jobUid !== null && pod.ownerUid === jobUid),
      )
      if (kept.length === 0) this.#pods.delete(name)
      else this.#pods.set(name, kept)
    }
  }
}
