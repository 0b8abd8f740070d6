const newline = 0x0a
const space = 0x20
/** `2026-11-24T09:00:00.123456789Z` and some room. */
const longestTimestamp = 40
const timestampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/**
 * Takes the timestamps off the lines of a pod's log, and drops lines that were seen before: a log that is read again
 * from a whole second on begins with some of those.
 */
export class LogLines {
  readonly #since: string
  #last: string
  #current: string
  #beginning: Buffer = Buffer.alloc(0)
  #place: 'timestamp' | 'line' | 'seen' | 'foreign' = 'timestamp'

  /** `since`: timestamp of the last line that was taken; empty: none. */
  constructor(since: string) {
    this.#since = fixed(since)
    this.#last = since
    this.#current = since
  }

  /** Timestamp of the last complete line. */
  get last(): string {
    return this.#last
  }

  /** The lines' bytes, without timestamps. */
  *take(chunk: Buffer): Generator<Buffer> {
    let rest = this.#beginning.length === 0 ? chunk : Buffer.concat([this.#beginning, chunk])
    this.#beginning = Buffer.alloc(0)
    while (rest.length > 0) {
      if (this.#place === 'timestamp') {
        const end = this.#timestampEnd(rest)
        if (end === null) {
          this.#beginning = rest
          return
        }
        rest = rest.subarray(end)
        continue
      }
      const at = rest.indexOf(newline)
      const line = at < 0 ? rest : rest.subarray(0, at + 1)
      if (this.#place === 'line' && line.length > 0) yield line
      if (at >= 0) {
        if (this.#place !== 'foreign') this.#last = this.#current
        this.#place = 'timestamp'
      }
      rest = rest.subarray(line.length)
    }
  }

  /** Where the line's text begins; null: not all of the timestamp is there. */
  #timestampEnd(bytes: Buffer): number | null {
    const at = bytes.subarray(0, longestTimestamp).indexOf(space)
    if (at < 0 && bytes.length < longestTimestamp && !bytes.includes(newline)) return null
    const found = at < 0 ? '' : bytes.toString('latin1', 0, at)
    if (!timestampPattern.test(found)) {
      // Not the worker's: the kubelet tells here that it cannot read any further.
      this.#place = 'foreign'
      return 0
    }
    this.#current = found
    this.#place = this.#since !== '' && fixed(found) <= this.#since ? 'seen' : 'line'
    return at + 1
  }
}

/** With nine digits after the point, so that texts compare as times do. All of one log have the same zone. */
function fixed(timestamp: string): string {
  const parts = /^([^.Z+]+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(timestamp)
  return parts === null ? timestamp : `${parts[1]}.${(parts[2] ?? '').padEnd(9, '0')}${parts[3]}`
}
