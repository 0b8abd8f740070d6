import { setTimeout as delay } from 'node:timers/promises'
import { ClusterFault, statusOf } from './cluster-client-error.ts'
import type { ClusterReader } from './cluster-client.ts'
import { Contact } from './watched-list-contact.ts'
import { readEvents, UnreadableEvent, type WatchEvent } from './watched-list-events.ts'
import { readPages, versionOf, type Collection } from './watched-list-pages.ts'
import { identityOf, Views, type Change, type Watched } from './watched-list-views.ts'

export interface WatchTimes {
  /** Without an event or bookmark for so long, the connection is given up. Bookmarks come about every minute. */
  readonly livenessMs: number
  /** Between full comparisons; ± 20 %. */
  readonly relistMs: number
  /** Asked of the server as the length of one watch; up to half as much again. */
  readonly watchSeconds: number
  /** The first and the longest wait after a failure. */
  readonly backoffMs: readonly [number, number]
  /** A watch that lasted for so long is followed by the next at once. */
  readonly steadyMs: number
}

export const watchTimes: WatchTimes = {
  livenessMs: 75_000,
  relistMs: 600_000,
  watchSeconds: 240,
  backoffMs: [200, 30_000],
  steadyMs: 5_000,
}

export interface WatchedListOptions<View extends Watched> extends Collection {
  readonly cluster: ClusterReader
  /** What is kept of an object; null: nothing, it is none of ours. The object itself is not kept. */
  readonly project: (object: unknown) => View | null
  readonly onChange: Change<View>
  readonly times?: Partial<WatchTimes> | undefined
  /** Between 0 and 1. */
  readonly random?: (() => number) | undefined
}

/** Lists that expire while they are read are begun again so many times at once. */
const listTries = 3
/** After so many failed watches in a row, the version that they begin at is doubted. */
const doubtAfter = 3

/**
 * Keeps views of all objects of one collection up to date: one list, then one watch, begun again whenever it ends, and
 * a list now and then that finds what was missed. Begins when it is made and ends with its disposal.
 */
export class WatchedList<View extends Watched> implements AsyncDisposable {
  readonly contact: Pick<Contact, 'trouble' | 'lastAt' | 'healthySince'>
  readonly #contact = new Contact()
  readonly #options: WatchedListOptions<View>
  readonly #times: WatchTimes
  readonly #random: () => number
  readonly #views: Views<View>
  readonly #stop = new AbortController()
  readonly #listedOnce = Promise.withResolvers<undefined>()
  readonly #running: Promise<unknown>
  #listing: Promise<void> | null = null
  /** Ends the watch that runs. */
  #current: AbortController | null = null

  constructor(options: WatchedListOptions<View>) {
    this.contact = this.#contact
    this.#options = options
    this.#times = { ...watchTimes, ...options.times }
    this.#random = options.random ?? Math.random
    this.#views = new Views(options.project, options.onChange)
    this.#running = Promise.all([this.#watchOn(), this.#compareNowAndThen()])
  }

  get(name: string): View | undefined {
    return this.#views.get(name)
  }

  values(): IterableIterator<View> {
    return this.#views.values()
  }

  get size(): number {
    return this.#views.size
  }

  /** Takes over the answer of a call of our own, unless something newer is known. Tells nobody. */
  note(object: unknown): void {
    this.#views.note(object)
  }

  /** Resolves after the first full list; rejects with the signal's reason. */
  async ready(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const aborted = Promise.withResolvers<never>()
    const abort = () => aborted.reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
    try {
      await Promise.race([this.#listedOnce.promise, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** How often an object could not be read; its last view was kept then. */
  get unreadable(): number {
    return this.#views.unreadable
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  #stopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #watchOn(): Promise<void> {
    let failures = 0
    while (!this.#stopped()) {
      const { steady, fault } = await this.#listAndWatch()
      if (this.#stopped()) return
      failures = steady ? 0 : failures + 1
      if (fault !== null) this.#failed(fault)
      if (mayHaveMissed(fault) || (failures > 0 && failures % doubtAfter === 0)) {
        this.#views.expire()
      }
      if (failures > 0) await this.#pause(this.#backoff(failures))
    }
  }

  /** One life of a watch, after a list if one is needed. `fault` null: the server ended it in the regular way. */
  async #listAndWatch(): Promise<{ readonly steady: boolean; readonly fault: unknown }> {
    let answeredAt: number | null = null
    const end = (fault: unknown) => ({
      steady: answeredAt !== null && performance.now() - answeredAt >= this.#times.steadyMs,
      fault,
    })
    try {
      if (this.#views.version === null) await this.#list()
      await this.#watch(() => {
        answeredAt = performance.now()
        this.#contact.watching()
      })
      return end(null)
    } catch (error) {
      return end(error)
    }
  }

  async #watch(onAnswer: () => void): Promise<void> {
    const { cluster, path, labelSelector } = this.#options
    const { livenessMs, watchSeconds } = this.#times
    const controller = new AbortController()
    this.#current = controller
    const stop = () => controller.abort(this.#stop.signal.reason)
    this.#stop.signal.throwIfAborted()
    this.#stop.signal.addEventListener('abort', stop, { once: true })
    const silence = setTimeout(
      () => controller.abort(new ClusterFault(`a watch was silent for ${livenessMs} ms`)),
      livenessMs,
    )
    const heard = () => {
      this.#contact.heard()
      silence.refresh()
    }
    try {
      const query = {
        watch: true,
        allowWatchBookmarks: true,
        labelSelector,
        resourceVersion: this.#views.version ?? undefined,
        timeoutSeconds: Math.round(watchSeconds * (1 + this.#random() / 2)),
      }
      const body = await cluster.open(path, query, controller.signal)
      onAnswer()
      silence.refresh()
      await readEvents(body, (event) => {
        heard()
        this.#take(event)
      })
    } finally {
      clearTimeout(silence)
      this.#stop.signal.removeEventListener('abort', stop)
      controller.abort()
    }
  }

  #take({ type, object }: WatchEvent): void {
    const seen = identityOf(object)
    if (type === 'BOOKMARK') {
      const version = versionOf(object)
      if (version !== undefined) this.#views.bookmark(version)
    } else if (seen === null) {
      throw new UnreadableEvent('without an object')
    } else if (type === 'DELETED') {
      this.#views.deleted(seen)
    } else {
      this.#views.changed(seen)
    }
  }

  async #compareNowAndThen(): Promise<void> {
    let failed = false
    for (;;) {
      const ms = this.#times.relistMs * (0.8 + 0.4 * this.#random())
      await this.#pause(failed ? ms / 10 : ms)
      if (this.#stopped()) return
      if (this.#views.version === null) continue
      failed = false
      try {
        await this.#list()
      } catch (error) {
        failed = true
        if (!this.#stopped()) this.#failed(error)
      }
    }
  }

  /** Two who want a list get the same one. */
  async #list(): Promise<void> {
    this.#listing ??= this.#listAll().finally(() => {
      this.#listing = null
    })
    await this.#listing
  }

  async #listAll(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#listOnce()
        this.#listedOnce.resolve(undefined)
        return
      } catch (error) {
        if (statusOf(error) !== 410 || tries === listTries) throw error
      }
    }
  }

  async #listOnce(): Promise<void> {
    this.#views.beginList()
    for await (const page of readPages(this.#options.cluster, this.#options, this.#stop.signal)) {
      this.#contact.heard()
      this.#views.page(page.version, page.items)
      if (page.last && this.#views.endList(page.version)) this.#current?.abort(new Rewound())
    }
  }

  #failed(fault: unknown): void {
    if (mayHaveMissed(fault)) this.#contact.interrupted()
    else this.#contact.failed(fault)
  }

  #backoff(failures: number): number {
    const [first, longest] = this.#times.backoffMs
    return Math.min(longest, first * 2 ** (failures - 1)) * (0.5 + 0.5 * this.#random())
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined)
  }
}

/** The versions of the cluster have gone back: it was restored from a backup. */
class Rewound extends Error {
  override readonly name = 'Rewound'
}

/** Faults after which only a list tells the state: the version is too old, or an event could not be read. */
const mayHaveMissed = (fault: unknown) =>
  fault instanceof UnreadableEvent || fault instanceof Rewound || statusOf(fault) === 410
