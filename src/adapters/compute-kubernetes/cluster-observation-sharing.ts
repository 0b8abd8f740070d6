/** Texts longer than this are seldom the same twice. */
const longestShared = 512
/** Enough for nodes, images, reasons, messages and the seconds of a while. */
const mostShared = 4_096
/** Each object's own: never the same twice. */
const own = new Set(['name', 'uid', 'ownerUid', 'resourceVersion', 'ref'])

/**
 * Keeps one copy of texts and times that thousands of views repeat: images, nodes, reasons, the second in which many
 * were made. Bounded: a full table is begun anew, which costs nothing but memory for some copies.
 */
export class SharedValues {
  readonly #known = new Map<string | number, string | Date>()

  /** The same view, its values replaced by the shared copies, in depth. */
  share<T extends object>(view: T): T {
    for (const [key, part] of Object.entries(view) as [string & keyof T, unknown][]) {
      if (own.has(key)) continue
      if (typeof part === 'string') view[key] = this.#copy(part, part) as T[typeof key]
      else if (part instanceof Date) view[key] = this.#copy(part.getTime(), part) as T[typeof key]
      else if (typeof part === 'object' && part !== null) this.share(part)
    }
    return view
  }

  #copy(key: string | number, value: string | Date): string | Date {
    if (typeof key === 'string' && key.length > longestShared) return value
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#known.size >= mostShared) this.#known.clear()
    this.#known.set(key, value)
    return value
  }
}
