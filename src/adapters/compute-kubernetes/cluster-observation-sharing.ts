/** Texts longer than this are seldom the same twice. */
const longestShared = 512
/** Enough for nodes, images, reasons and messages; what comes after begins a new table. */
const mostShared = 2_048
/** Each object's own: never the same twice. */
const own = new Set(['name', 'uid', 'ownerUid', 'resourceVersion', 'ref'])

/**
 * Keeps one copy of texts that thousands of views repeat: images, nodes, reasons. Bounded: a full table is begun anew,
 * which costs nothing but memory for some copies.
 */
export class SharedTexts {
  readonly #texts = new Map<string, string>()

  /** The same view, its texts replaced by the shared copies, in depth. */
  share<T extends object>(view: T): T {
    for (const [key, part] of Object.entries(view) as [string & keyof T, unknown][]) {
      if (typeof part === 'string' && !own.has(key)) view[key] = this.#copy(part) as T[typeof key]
      else if (isRecord(part) && !own.has(key)) this.share(part)
    }
    return view
  }

  #copy(text: string): string {
    if (text.length > longestShared) return text
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    if (this.#texts.size >= mostShared) this.#texts.clear()
    this.#texts.set(text, text)
    return text
  }
}

const isRecord = (part: unknown): part is object =>
  typeof part === 'object' && part !== null && !(part instanceof Date)
