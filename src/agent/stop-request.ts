import { existsSync, watch, type FSWatcher } from 'node:fs'
import type { AttemptFolder } from '../adapters/compute-local/attempt-folder.ts'
import { stopSchema } from '../adapters/compute-local/documents.ts'
import { readDocument } from '../adapters/compute-local/durable-file.ts'

const pollMs = 1_000

/** Why the attempt is being ended from outside: asked for, or this process is told to end. */
export type StopCause = 'requested' | 'terminated'

/** Notices the file that asks the attempt to stop, SIGTERM to the supervisor itself, and that its folder is gone. */
export class StopRequest implements Disposable {
  readonly #controller = new AbortController()
  readonly #folder: AttemptFolder
  readonly #timer: NodeJS.Timeout
  readonly #watcher: FSWatcher | null
  #graceSeconds: number
  #cause: StopCause | null = null

  constructor(folder: AttemptFolder, graceSeconds: number) {
    this.#folder = folder
    this.#graceSeconds = graceSeconds
    this.#timer = setInterval(this.#look, pollMs)
    this.#watcher = watchFolder(folder.path, this.#look)
    process.on('SIGTERM', this.#terminate)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get graceSeconds(): number {
    return this.#graceSeconds
  }

  get cause(): StopCause | null {
    return this.#cause
  }

  /** Looks now, before anything is begun. */
  async check(): Promise<void> {
    const request = await readDocument(this.#folder.stop, stopSchema)
    if (request === null || this.#cause !== null) return
    this.#graceSeconds = request.graceSeconds
    this.#end('requested')
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#watcher?.close()
    process.off('SIGTERM', this.#terminate)
  }

  readonly #look = () => {
    if (!existsSync(this.#folder.path)) this.#terminate()
    this.check().catch(() => undefined)
  }

  readonly #terminate = () => {
    if (this.#cause === null) this.#end('terminated')
  }

  #end(cause: StopCause): void {
    this.#cause = cause
    this.#controller.abort()
  }
}

/** Null where no more watches are to be had: then the poll alone has to do. */
function watchFolder(path: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(path, { persistent: false }, (_, file) => {
      if (file === 'stop.json') onChange()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}
