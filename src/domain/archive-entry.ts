import { FailureError } from './failure.ts'
import { PathTree, pathProblem } from './object-path.ts'
import type { ArchiveLimits } from './staging-bounds.ts'

/** What an entry of an archive says it is, whatever the format. */
export type ArchiveEntryKind = 'file' | 'directory' | 'link' | 'other'

/**
 * Judges an archive entry by entry against its limits, before and while bytes are written.
 * Throws `FailureError` `archive-refused` naming the entry.
 */
export class ArchiveJudge {
  readonly #input: string
  readonly #archiveBytes: number
  readonly #limits: ArchiveLimits
  readonly #tree = new PathTree()
  #entries = 0
  #bytes = 0

  constructor(input: string, archiveBytes: number, limits: ArchiveLimits) {
    this.#input = input
    this.#archiveBytes = archiveBytes
    this.#limits = limits
  }

  /** The entry's path below the mount path; null for the mount path itself. */
  admit(name: string, kind: ArchiveEntryKind): string | null {
    this.#entries++
    if (this.#entries > this.#limits.maxEntries) {
      throw this.refusal(`has more than ${this.#limits.maxEntries} entries`)
    }
    if (kind === 'link') throw this.refusal(`has a link: ${quote(name)}`)
    if (kind === 'other') throw this.refusal(`has an entry that is no file: ${quote(name)}`)
    const path = relativePath(name, kind)
    if (path === '' && kind === 'directory') return null
    const problem =
      pathProblem(path) ??
      (kind === 'directory' ? this.#tree.addFolder(path) : this.#tree.addFile(path))
    if (problem !== null) throw this.refusal(`has an entry that ${problem}: ${quote(name)}`)
    return path
  }

  /** Counts bytes that are about to be written. */
  count(bytes: number): void {
    this.#bytes += bytes
    const { maxBytes, maxRatio, ratioFreeBytes } = this.#limits
    if (this.#bytes > maxBytes) throw this.refusal(`holds more than ${maxBytes} bytes`)
    if (this.#bytes > ratioFreeBytes && this.#bytes > this.#archiveBytes * maxRatio) {
      throw this.refusal(`holds more than ${maxRatio} times its own size`)
    }
  }

  refusal(problem: string, cause?: unknown): FailureError {
    const message = `The archive of input ${this.#input} ${problem}.`
    return new FailureError('archive-refused', message, { cause })
  }
}

/** Leading `./` and the trailing `/` of a folder are spelling; everything else is judged. */
function relativePath(name: string, kind: ArchiveEntryKind): string {
  const path = name.replace(/^(?:\.\/)+/, '').replace(kind === 'directory' ? /\/+$/ : /$^/, '')
  return path === '.' && kind === 'directory' ? '' : path
}

const quote = (name: string) => JSON.stringify(name.slice(0, 300))
