import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { AttemptRef } from '../../application/ports/compute-backend.ts'
import type { Log } from '../../application/ports/log.ts'
import { hasLog, readLog } from '../files/worker-log-files.ts'
import { LogSpool, type OpenPodLog } from './log-spool.ts'
import { jobName } from './names.ts'

export interface WorkerLogsOptions {
  /** Holds one folder an attempt, until the attempt is removed. */
  readonly directory: string
  readonly open: OpenPodLog
  /** How many logs are followed at once; the others are read at their end. */
  readonly maxStreams: number
  readonly log: Pick<Log, 'warn'>
}

export interface LoggedPod {
  readonly ref: AttemptRef
  readonly pod: string
  readonly logBytes: number
  readonly workerEnded: boolean
}

/** How long the end of a log is waited for before its pod may go. */
const endWithinMs = 60_000

/** The logs of all workers, followed from their start into files of this machine. */
export class WorkerLogs implements AsyncDisposable {
  readonly #options: WorkerLogsOptions
  readonly #spools = new Map<string, LogSpool>()
  #following = 0

  constructor(options: WorkerLogsOptions) {
    this.#options = options
  }

  /** A worker runs or has ended: its log is followed, where there is a place, or read to its end. */
  seen(logged: LoggedPod): void {
    const name = jobName(logged.ref)
    const known = this.#spools.get(name)
    if (known !== undefined) {
      if (logged.workerEnded) known.workerEnded()
      return
    }
    if (logged.workerEnded || this.#following < this.#options.maxStreams) this.#start(name, logged)
  }

  /** The log as far as it is here; of an ended worker, all of it. Null: none. */
  async read(
    logged: LoggedPod | AttemptRef,
    follow: boolean,
    signal: AbortSignal,
  ): Promise<Readable | null> {
    if ('ref' in logged) this.seen(logged)
    const name = jobName('ref' in logged ? logged.ref : logged)
    const folder = this.#folder(name)
    const spool = this.#spools.get(name)
    const ended = 'ref' in logged ? logged.workerEnded : true
    if (ended && !follow) await this.#endOf(spool, signal)
    if (!(await hasLog(folder))) return null
    let over = !follow || spool === undefined
    const ending = spool?.ended.then(() => {
      over = true
    })
    ending?.catch(() => undefined)
    const isOver = () => Promise.resolve(over)
    return Readable.from(readLog(folder, { isOver, signal }), { objectMode: false, signal })
  }

  async remove(ref: AttemptRef): Promise<void> {
    const name = jobName(ref)
    const spool = this.#spools.get(name)
    this.#spools.delete(name)
    await spool?.stop()
    await rm(this.#folder(name), { recursive: true, force: true })
  }

  /** Deletes the logs of attempts that are not there any more. */
  async keepOnly(isThere: (name: string) => boolean): Promise<void> {
    const names = existsSync(this.#options.directory) ? await readdir(this.#options.directory) : []
    for (const name of names) {
      if (isThere(name)) continue
      await this.#spools.get(name)?.stop()
      this.#spools.delete(name)
      await rm(this.#folder(name), { recursive: true, force: true })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#spools.values()].map((spool) => spool.stop()))
  }

  #start(name: string, { pod, logBytes, workerEnded }: LoggedPod): void {
    const { open, log } = this.#options
    const folder = this.#folder(name)
    const spool = new LogSpool({ folder, pod, logBytes, open, log, workerEnded })
    this.#spools.set(name, spool)
    this.#following += 1
    spool.ended
      .catch((error: unknown) => log.warn({ pod, error: String(error) }, 'a log cannot be kept'))
      .finally(() => {
        this.#following -= 1
      })
  }

  async #endOf(spool: LogSpool | undefined, signal: AbortSignal): Promise<void> {
    const bound = pause(endWithinMs, undefined, { signal, ref: false })
    bound.catch(() => undefined)
    await Promise.race([spool?.ended.catch(() => undefined), bound])
  }

  #folder(name: string): string {
    return join(this.#options.directory, name)
  }
}
