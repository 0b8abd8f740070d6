/** What every view has: enough to tell objects and their versions apart. */
export interface Watched {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
}

/** One of both is there: made (`before` null), changed, gone (`now` null; `before` as it was seen last). */
export type Change<View> = (now: View | null, before: View | null) => void

/** Told apart without projecting it; null: no object of the API. */
export interface Identity extends Watched {
  readonly object: unknown
}

const decimal = /^[1-9]\d*$/

/**
 * Whether `one` is a version before `other`. Versions of one resource type are decimal numbers that grow; for others,
 * which the API does not promise anything of, the answer is always no.
 */
export function isOlder(one: string, other: string): boolean {
  if (!decimal.test(one) || !decimal.test(other)) return false
  return one.length === other.length ? one < other : one.length < other.length
}

const isNotNewer = (one: string, other: string) => one === other || isOlder(one, other)

/** Null: no object of the API. */
export function identityOf(object: unknown): Identity | null {
  if (typeof object !== 'object' || object === null || !('metadata' in object)) return null
  const { name, uid, resourceVersion } = object.metadata as Record<string, unknown>
  return typeof name === 'string' && typeof uid === 'string' && typeof resourceVersion === 'string'
    ? { name, uid, resourceVersion, object }
    : null
}

/**
 * The views of one resource by name, merged from three sources that come in any order: events of a watch, pages of
 * lists that run beside it, and objects that our own calls answered with. The newest version of an object wins;
 * what has gone does not come back.
 */
export class Views<View extends Watched> {
  readonly #project: (object: unknown) => View | null
  readonly #change: Change<View>
  readonly #views = new Map<string, View>()
  /** Everything up to this version is known; null: no list was complete yet. */
  #version: string | null = null
  #expired = false
  /** Of the last complete list. */
  #listedVersion = ''
  #list: ListMerge | null = null
  #unreadable = 0

  constructor(project: (object: unknown) => View | null, change: Change<View>) {
    this.#project = project
    this.#change = change
  }

  /** What a watch can begin at; null: a list has to come first. */
  get version(): string | null {
    return this.#expired ? null : this.#version
  }

  get size(): number {
    return this.#views.size
  }

  /** How often an object could not be projected; its last view was kept then. */
  get unreadable(): number {
    return this.#unreadable
  }

  get(name: string): View | undefined {
    return this.#views.get(name)
  }

  values(): IterableIterator<View> {
    return this.#views.values()
  }

  /** A watch from the known version is not possible, or not enough, any more. */
  expire(): void {
    this.#expired = true
  }

  /** An `ADDED` or `MODIFIED` event. */
  changed(seen: Identity): void {
    this.#advance(seen.resourceVersion)
    const known = this.#views.get(seen.name)
    if (known === undefined) {
      // A list that was ahead of the watch has shown that it is gone.
      if (isNotNewer(seen.resourceVersion, this.#listedVersion)) return
    } else if (isNotNewer(seen.resourceVersion, known.resourceVersion)) return
    this.#put(seen, known)
  }

  /** A `DELETED` event; its object is the last state. */
  deleted(seen: Identity): void {
    this.#advance(seen.resourceVersion)
    this.#list?.deleted.add(seen.uid)
    const known = this.#views.get(seen.name)
    if (known?.uid !== seen.uid) {
      if (known === undefined || isOlder(seen.resourceVersion, known.resourceVersion)) return
    }
    this.#views.delete(seen.name)
    const last = known.uid === seen.uid ? this.#projected(seen) : null
    this.#change(null, last ?? known)
  }

  bookmark(version: string): void {
    this.#advance(version)
  }

  /**
   * Takes over what a call of our own answered, without telling of it. What the watch has already passed is not:
   * an object of that version that is not known any more was deleted since.
   */
  note(object: unknown): void {
    const seen = identityOf(object)
    if (seen === null) return
    const known = this.#views.get(seen.name)
    if (known === undefined) {
      if (this.#version !== null && isNotNewer(seen.resourceVersion, this.#version)) return
    } else if (isNotNewer(seen.resourceVersion, known.resourceVersion)) return
    if (known !== undefined && known.uid !== seen.uid) this.#remove(known)
    const view = this.#projected(seen)
    if (view !== null && view !== undefined) this.#views.set(view.name, view)
  }

  /** One list at a time; a list that was begun before is forgotten. */
  beginList(): void {
    this.#list = { versionBefore: this.#version, seen: new Set(), deleted: new Set() }
  }

  /** A page of the list; all pages of one list have one version. */
  page(version: string, items: readonly unknown[]): void {
    const list = this.#list
    if (list === null) return
    const forced = isRewound(list, version)
    for (const item of items) {
      const seen = identityOf(item)
      if (seen === null || list.deleted.has(seen.uid)) continue
      list.seen.add(seen.name)
      const known = this.#views.get(seen.name)
      if (known?.uid === seen.uid && known.resourceVersion === seen.resourceVersion) continue
      if (known !== undefined && !forced && isOlder(seen.resourceVersion, known.resourceVersion)) {
        continue
      }
      this.#put(seen, known)
    }
  }

  /**
   * The list is complete: what it did not show is gone, unless it came later. True: versions have gone back, and a
   * watch that began before the list waits for ones that come much later.
   */
  endList(version: string): boolean {
    const list = this.#list
    if (list === null) return false
    this.#list = null
    const forced = isRewound(list, version)
    this.#listedVersion = version
    this.#expired = false
    if (forced) this.#version = version
    else this.#advance(version)
    for (const view of this.#views.values()) {
      if (list.seen.has(view.name)) continue
      if (forced || !isOlder(version, view.resourceVersion)) this.#remove(view)
    }
    return forced
  }

  /** Undefined: an object that the projection fails at. One such object must not stop the others. */
  #projected({ object }: Identity): View | null | undefined {
    try {
      return this.#project(object)
    } catch {
      this.#unreadable += 1
      return undefined
    }
  }

  #advance(version: string): void {
    if (this.#version === null || !isOlder(version, this.#version)) this.#version = version
  }

  #put(seen: Identity, known: View | undefined): void {
    const view = this.#projected(seen)
    if (view === undefined) return
    if (view === null) {
      if (known !== undefined) this.#remove(known)
      return
    }
    if (known !== undefined && known.uid !== view.uid) this.#remove(known)
    this.#views.set(view.name, view)
    this.#change(view, known?.uid === view.uid ? known : null)
  }

  #remove(view: View): void {
    this.#views.delete(view.name)
    this.#change(null, view)
  }
}

interface ListMerge {
  readonly versionBefore: string | null
  readonly seen: Set<string>
  /** Uids that a watch told the end of while the list ran: pages may still show them. */
  readonly deleted: Set<string>
}

/** Lists are never older than what was seen before them, unless the cluster was restored from a backup. */
const isRewound = (list: ListMerge, version: string) =>
  list.versionBefore !== null && isOlder(version, list.versionBefore)
