import { mkdirSync, readdirSync, watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import type { AttemptRef } from '../../application/ports/compute-backend.ts'
import { attemptOf, folderName } from './attempt-folder.ts'

export interface FolderWatchOptions {
  readonly directory: string
  readonly pollMs: number
  readonly onChange: (ref: AttemptRef) => void
  /** Anything that differs when the attempt's state does. */
  readonly fingerprint: (ref: AttemptRef) => Promise<string>
  readonly onTrouble: (error: unknown) => void
}

/**
 * Tells of attempts whose folder came, went or changed its status. Watches of the file system make it quick; a slow
 * poll finds what they miss, a killed supervisor among it.
 */
export class FolderWatch implements AsyncDisposable {
  readonly #options: FolderWatchOptions
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #seen = new Map<string, string>()
  #timer: NodeJS.Timeout | null = null
  #pass: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: FolderWatchOptions) {
    this.#options = options
    mkdirSync(options.directory, { recursive: true, mode: 0o700 })
    this.#watch('', options.directory, (name) => {
      const ref = attemptOf(name)
      if (ref === null) return
      this.#watchAttempt(ref)
      options.onChange(ref)
    })
    this.#lookAgain(0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const watcher of this.#watchers.values()) watcher.close()
    await this.#pass
  }

  #lookAgain(delayMs: number): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.#pass = this.#look()
        .catch(this.#options.onTrouble)
        .then(() => {
          this.#lookAgain(this.#options.pollMs)
        })
    }, delayMs)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const refs = readdirSync(this.#options.directory).flatMap((name) => attemptOf(name) ?? [])
    const names = new Set(refs.map(folderName))
    for (const name of [...this.#seen.keys()]) if (!names.has(name)) this.#forget(name)
    for (const ref of refs) {
      if (this.#closed) return
      this.#watchAttempt(ref)
      const fingerprint = await this.#options.fingerprint(ref)
      if (this.#seen.get(folderName(ref)) === fingerprint) continue
      this.#seen.set(folderName(ref), fingerprint)
      this.#options.onChange(ref)
    }
  }

  #watchAttempt(ref: AttemptRef): void {
    const name = folderName(ref)
    this.#watch(name, join(this.#options.directory, name), (file) => {
      if (file === 'status.json') this.#options.onChange(ref)
    })
  }

  #watch(name: string, path: string, onName: (name: string) => void): void {
    if (this.#closed || this.#watchers.has(name)) return
    try {
      const watcher = watch(path, { persistent: false }, (_, file) => {
        if (file !== null) onName(file)
      })
      watcher.on('error', () => this.#forget(name))
      this.#watchers.set(name, watcher)
    } catch {
      // Gone again, or no more watches on this system: the poll finds it.
    }
  }

  #forget(name: string): void {
    this.#watchers.get(name)?.close()
    this.#watchers.delete(name)
    const ref = this.#seen.delete(name) ? attemptOf(name) : null
    if (ref !== null && !this.#closed) this.#options.onChange(ref)
  }
}
