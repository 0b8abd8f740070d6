import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../application/ports/log.ts'
import { LogWriter } from '../files/worker-log-files.ts'
import { LogLines } from './log-lines.ts'

/** Opens the log of a pod's worker with timestamps. Null: the pod is gone. Throws while there is none yet. */
export type OpenPodLog = (
  pod: string,
  options: { readonly follow: boolean; readonly since: string },
  signal: AbortSignal,
) => Promise<AsyncIterable<Buffer> | null>

/** What is read beyond the head of a log is read no faster: its middle is left out anyhow. */
const tailBytesPerSecond = 16 * 1024 * 1024
const shortestPauseMs = 200
const longestPauseMs = 5_000
/** A followed log ends with its worker; one that is silent for so long afterwards has a dead connection. */
const silentMs = 5_000
/** After the worker's end this many failures in a row end the reading. */
const lastTries = 5

export interface SpoolOptions {
  readonly folder: string
  readonly pod: string
  readonly logBytes: number
  readonly open: OpenPodLog
  readonly log: Pick<Log, 'warn'>
  /** The worker has ended already. */
  readonly workerEnded: boolean
}

/** Follows one worker's log into files. One that an earlier life of the service began is gone on with. */
export class LogSpool {
  readonly #options: SpoolOptions
  readonly #stopped = new AbortController()
  readonly #over = Promise.withResolvers<undefined>()
  #isOver = false
  /** Ends the stream that is followed. */
  #leave: AbortController | null = null
  /** Since when its next bytes are waited for. */
  #waitingSince: number | null = null
  #silence: NodeJS.Timeout | undefined
  readonly ended: Promise<void>

  constructor(options: SpoolOptions) {
    this.#options = options
    if (options.workerEnded) this.workerEnded()
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
    const known = existsSync(this.#endedPath)
    this.ended = (known ? Promise.resolve() : this.#follow()).finally(() => {
      this.#isOver = true
      clearInterval(this.#silence)
    })
  }

  /** The worker has ended: what is there now is all. */
  workerEnded(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#over.resolve(undefined)
    this.#silence = setInterval(() => {
      const since = this.#waitingSince
      if (since !== null && performance.now() - since > silentMs) this.#leave?.abort()
    }, 1000).unref()
  }

  /** Ends the reading where it is; the files stay. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.ended
  }

  get #endedPath() {
    return join(this.#options.folder, 'ended')
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopped
    const { folder, logBytes, pod, log } = this.#options
    using writer = new LogWriter(folder, logBytes, true)
    using position = new Position(join(folder, 'last'))
    let failures = 0
    while (!signal.aborted) {
      const last = this.#isOver
      try {
        const gone = await this.#read(writer, position, last)
        if (gone || last) break
        failures = 0
        await this.#pauseUntilOver(shortestPauseMs)
      } catch (error) {
        if (this.#isStopped()) return
        failures += 1
        if (last && failures >= lastTries) {
          log.warn({ pod, error: String(error) }, 'the end of a log cannot be read')
          break
        }
        const wait = Math.min(longestPauseMs, shortestPauseMs * 2 ** failures)
        if (last) await pause(wait, undefined, { signal }).catch(() => undefined)
        else await this.#pauseUntilOver(wait)
      }
    }
    if (!signal.aborted) writeFileSync(this.#endedPath, '', { mode: 0o600 })
  }

  /** True: the pod is gone. */
  async #read(writer: LogWriter, position: Position, last: boolean): Promise<boolean> {
    const { open, pod, logBytes } = this.#options
    this.#leave = last ? null : new AbortController()
    const { signal: stopped } = this.#stopped
    const signal = this.#leave === null ? stopped : AbortSignal.any([stopped, this.#leave.signal])
    const lines = new LogLines(position.value)
    const pace = new Pace(tailBytesPerSecond)
    try {
      this.#waitingSince = performance.now()
      const stream = await open(pod, { follow: !last, since: position.value }, signal)
      if (stream === null) return true
      for await (const chunk of stream) {
        this.#waitingSince = null
        for (const line of joined(lines.take(chunk))) writer.write(line)
        position.value = lines.last
        if (writer.written > logBytes) await pace.take(chunk.length, signal)
        this.#waitingSince = performance.now()
      }
      return false
    } finally {
      this.#waitingSince = null
      this.#leave = null
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted
  }

  async #pauseUntilOver(ms: number): Promise<void> {
    const { signal } = this.#stopped
    await Promise.race([
      this.#over.promise,
      pause(ms, undefined, { signal }).catch(() => undefined),
    ])
    if (this.#isOver) await pause(20)
  }
}

/** Lines of one chunk in one write. */
function joined(lines: Iterable<Buffer>): readonly Buffer[] {
  const all = [...lines]
  return all.length > 1 ? [Buffer.concat(all)] : all
}

/** The timestamp of the last line that was written, in a file of its own. */
class Position implements Disposable {
  readonly #file: number
  #value: string

  constructor(path: string) {
    this.#value = existsSync(path) ? readFileSync(path, 'latin1').trim() : ''
    this.#file = openSync(path, existsSync(path) ? 'r+' : 'w', 0o600)
  }

  get value(): string {
    return this.#value
  }

  set value(next: string) {
    if (next === this.#value) return
    this.#value = next
    writeSync(this.#file, next.padEnd(64), 0, 'latin1')
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}

/** Lets bytes through at a rate. */
class Pace {
  readonly #bytesPerSecond: number
  #began = performance.now()
  #taken = 0

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
  }

  async take(bytes: number, signal: AbortSignal): Promise<void> {
    this.#taken += bytes
    const due = (this.#taken / this.#bytesPerSecond) * 1000
    const early = due - (performance.now() - this.#began)
    if (early > 20) await pause(early, undefined, { signal })
    if (early < -1000) {
      this.#began = performance.now()
      this.#taken = 0
    }
  }
}
