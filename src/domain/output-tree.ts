import { FailureError } from './failure.ts'
import { segmentProblem, utf8Length } from './object-path.ts'
import type { OutputLimits } from './staging-bounds.ts'

/** What lies at a path of the output directory. */
export type OutputEntryKind = 'file' | 'directory' | 'link' | 'FIFO' | 'socket' | 'device'

export const outputRefused = (path: string, problem: string) =>
  new FailureError('output-refused', `The output directory: ${JSON.stringify(path)} ${problem}.`)

/**
 * Judges what a worker left, entry by entry, links and limits included. Throws `FailureError`
 * `output-refused` or `output-too-large` naming the entry.
 */
export class OutputJudge {
  readonly #limits: OutputLimits
  #entries = 0
  #bytes = 0

  constructor(limits: OutputLimits) {
    this.#limits = limits
  }

  /** `path` is relative to the output directory, `depth` 1 for its direct entries. */
  admit(path: string, name: string, depth: number, kind: OutputEntryKind, bytes: number): void {
    this.#entries++
    const { maxEntries, maxDepth, maxPathBytes, maxBytes } = this.#limits
    if (this.#entries > maxEntries) {
      throw outputRefused(path, `is one of more than ${maxEntries} files and folders`)
    }
    const problem = segmentProblem(name)
    if (problem !== null) throw outputRefused(path, problem)
    if (utf8Length(path) > maxPathBytes) {
      throw outputRefused(path.slice(0, 300), `is a path of more than ${maxPathBytes} bytes`)
    }
    if (kind !== 'file' && kind !== 'directory') throw outputRefused(path, `is a ${kind}`)
    if (depth > maxDepth) throw outputRefused(path, `is more than ${maxDepth} folders deep`)
    if (kind === 'file') this.#bytes += bytes
    if (this.#bytes > maxBytes) {
      throw new FailureError(
        'output-too-large',
        `The worker left more than ${maxBytes} bytes in its output directory.`,
      )
    }
  }
}
