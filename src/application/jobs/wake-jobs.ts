import { setTimeout as pause } from 'node:timers/promises'
import { isFinalJob, type Attempt, type Job } from '../../domain/job.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { AttemptRef } from '../ports/compute-backend.ts'
import { isOutage, isShown } from './follow-attempt.ts'

/** Hints that are looked at together: one reading of the rows, one transaction. */
const mostTogether = 500
const looksAtOnce = 32
const againMs = 1000
/** How long a backend that cannot be asked is waited for, before a job is looked at that may have news. */
const usualPatienceMs = 60_000

interface Hint {
  readonly ref: AttemptRef
  /** On the clock of `performance`. */
  readonly since: number
}

/**
 * Makes jobs due whose attempts a backend hints at. A hint that tells nothing new costs no pass, so that a restart over
 * thousands of living jobs does not run all of them: neither when the backend needs a while to see them all. One that could
 * not be written down is tried again.
 */
export class JobWaker implements Disposable {
  readonly #app: Application
  readonly #patienceMs: number
  readonly #hints = new Map<string, Hint>()
  readonly #stopped = new AbortController()
  #isWaking = false

  constructor(app: Application, { patienceMs = usualPatienceMs } = {}) {
    this.#app = app
    this.#patienceMs = patienceMs
  }

  /** Returns at once. */
  hint(ref: AttemptRef): void {
    if (this.#stopped.signal.aborted) return
    this.#hints.set(ref.jobId, { ref, since: performance.now() })
    if (this.#isWaking) return
    this.#isWaking = true
    // What comes in the same round of the event loop is looked at together.
    setImmediate(() => {
      this.#wakeAll().catch(() => undefined)
    })
  }

  /** Looks at every living attempt: what went while nobody watched, no backend that begins anew can tell. */
  async hintLiving(): Promise<void> {
    const living = await this.#app.database.read.attempts.list({ where: { endedAt: null } })
    for (const { jobId, number } of living) this.hint({ jobId, attempt: number })
  }

  [Symbol.dispose](): void {
    this.#stopped.abort()
    this.#hints.clear()
  }

  async #wakeAll(): Promise<void> {
    const { signal } = this.#stopped
    while (this.#hints.size > 0) {
      const hints = [...this.#hints.values()].slice(0, mostTogether)
      for (const { ref } of hints) this.#hints.delete(ref.jobId)
      const left = await this.#wake(hints).catch((error: unknown) => {
        if (!signal.aborted)
          this.#app.log.warn(
            { jobs: hints.length, error: String(error) },
            'jobs could not be woken',
          )
        return hints
      })
      if (signal.aborted) break
      if (left.length === 0) continue
      for (const hint of left) {
        if (!this.#hints.has(hint.ref.jobId)) this.#hints.set(hint.ref.jobId, hint)
      }
      await pause(againMs, undefined, { signal }).catch(() => undefined)
    }
    this.#isWaking = false
  }

  /** Returns the hints that nothing can be said of yet. */
  async #wake(hints: readonly Hint[]): Promise<readonly Hint[]> {
    const { database, now } = this.#app
    const ids = hints.map(({ ref }) => ref.jobId)
    const patient = new Map(
      hints
        .filter(({ since }) => performance.now() - since < this.#patienceMs)
        .map((hint) => [hint.ref.jobId, hint]),
    )
    const [jobs, attempts] = await Promise.all([
      database.read.jobs.list({ where: { id: { in: ids } } }),
      database.read.attempts.list({ where: { jobId: { in: ids }, endedAt: null } }),
    ])
    const living = new Map(attempts.map((attempt) => [attempt.jobId, attempt]))
    const due: (readonly [id: string, at: Date])[] = []
    const left: Hint[] = []
    for (let start = 0; start < jobs.length; start += looksAtOnce) {
      const some = jobs.slice(start, start + looksAtOnce)
      const seconds = await Promise.all(some.map((job) => this.#dueIn(job, living.get(job.id))))
      for (const [index, { id }] of some.entries()) {
        const within = seconds[index] ?? null
        const hint = patient.get(id)
        if (within === 'unknown' && hint !== undefined) left.push(hint)
        else if (within === 'unknown') due.push([id, now()])
        else if (within !== null) due.push([id, secondsFrom(now(), within)])
      }
    }
    if (due.length === 0) return left
    await database.transaction(async (tx) => {
      for (const [id, at] of due) await tx.work.schedule('job', id, at)
    })
    return left
  }

  /**
   * In how many seconds the job is due: at once for news, and in doubt; soon when time alone may bring some; null when
   * everything is told already; 'unknown' while the backend cannot be asked.
   */
  async #dueIn(job: Job, attempt: Attempt | undefined): Promise<number | null | 'unknown'> {
    if (isFinalJob(job) || attempt === undefined || attempt.credentialsUntil === null) return 0
    const { compute } = this.#app
    const ref = { jobId: job.id, attempt: attempt.number }
    try {
      const status = await compute.status(ref, this.#stopped.signal)
      if (!isShown(job, attempt, status)) return 0
      return 'changesByTime' in status && status.changesByTime ? compute.looks.soon : null
    } catch (error) {
      return isOutage(error) ? 'unknown' : 0
    }
  }
}
