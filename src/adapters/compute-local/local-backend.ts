import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type {
  AgentCredentials,
  AttemptRef,
  AttemptSpec,
  AttemptStatus,
  ComputeBackend,
} from '../../application/ports/compute-backend.ts'
import type { ComputeServiceContent } from '../../domain/compute-service.ts'
import { attemptFolder, attemptOf, folderName, type AttemptFolder } from './attempt-folder.ts'
import { writeDurably } from './durable-file.ts'
import { endAttempt } from './end-attempt.ts'
import { isLocked } from './folder-lock.ts'
import { FolderWatch } from './folder-watch.ts'
import { hasLog, readLog } from '../files/worker-log-files.ts'
import { makeAttempt, unfinishedPrefix, writeCredentials } from './make-attempt.ts'
import { deleteTree, removedPrefix, removeFolder } from './remove-folder.ts'
import { attemptStatus, exists, readStatus, wasBegun } from './status-file.ts'
import { startSupervisor } from './supervisor-process.ts'

export interface LocalBackendOptions {
  /** Holds one folder an attempt. Made if it is not there. */
  readonly directory: string
  /** Program and arguments that start the agent; `--local FOLDER` is added. */
  readonly program: readonly string[]
  readonly log: { readonly warn: (details: object, message: string) => void }
  readonly pollMs?: number
}

const usualPollMs = 2_000

/**
 * Runs workers as processes of this machine, for development: nothing is isolated. Each attempt has a folder and a
 * supervisor that outlives this process, so a new backend on the same directory goes on where another one ended.
 */
export class LocalBackend implements ComputeBackend {
  readonly kind = 'local'
  readonly keepsRunLimit = true
  readonly passesAtOnce = 16
  readonly looks = { soon: 5, seldom: 5 }
  readonly #options: LocalBackendOptions
  #tidied = false
  readonly #ensuring = new Map<string, Promise<void>>()
  /** Attempts whose supervisor this process has started, until it ends. */
  readonly #started = new Set<string>()

  constructor(options: LocalBackendOptions) {
    this.#options = options
  }

  refusal({ worker }: ComputeServiceContent): string | null {
    if (worker.command.length === 0) {
      return 'This installation runs workers as local processes, which needs worker.command; the service names only an image.'
    }
    return Object.keys(worker.secretEnv).length === 0
      ? null
      : 'This installation runs workers as local processes, where worker.secretEnv has no Secrets to take from.'
  }

  async ensure(spec: AttemptSpec, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await mkdir(this.#options.directory, { recursive: true, mode: 0o700 })
    const name = folderName(spec)
    const ensuring = this.#ensuring.get(name) ?? this.#ensure(name, spec)
    this.#ensuring.set(name, ensuring)
    try {
      await ensuring
    } finally {
      this.#ensuring.delete(name)
    }
  }

  async #ensure(name: string, spec: AttemptSpec): Promise<void> {
    const folder = this.#folder(spec)
    if (!(await exists(folder.task))) await makeAttempt(this.#options.directory, spec)
    if (this.#started.has(name) || !(await mayStart(folder))) return
    const supervisor = await startSupervisor(this.#options.program, folder)
    this.#started.add(name)
    supervisor.once('exit', () => this.#started.delete(name))
  }

  async status(ref: AttemptRef, signal: AbortSignal): Promise<AttemptStatus> {
    signal.throwIfAborted()
    return attemptStatus(this.#folder(ref))
  }

  observe(onChange: (ref: AttemptRef) => void): AsyncDisposable {
    return new FolderWatch({
      directory: this.#options.directory,
      pollMs: this.#options.pollMs ?? usualPollMs,
      onChange,
      fingerprint: async (ref) => JSON.stringify(await attemptStatus(this.#folder(ref))),
      onTrouble: (error) =>
        this.#options.log.warn({ err: error }, 'folders of local jobs cannot be read'),
    })
  }

  async refreshCredentials(
    ref: AttemptRef,
    credentials: AgentCredentials,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted()
    const folder = this.#folder(ref)
    if (await exists(folder.task)) await writeCredentials(folder, credentials)
  }

  async stop(ref: AttemptRef, graceSeconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const folder = this.#folder(ref)
    if (!(await exists(folder.task)) || (await exists(folder.stop))) return
    await writeDurably(folder.stop, JSON.stringify({ graceSeconds }))
  }

  async remove(ref: AttemptRef, signal: AbortSignal): Promise<void> {
    const folder = this.#folder(ref)
    if (!(await exists(folder.path))) return
    await endAttempt(folder, signal)
    await removeFolder(folder.path)
  }

  async logs(ref: AttemptRef, follow: boolean, signal: AbortSignal): Promise<Readable | null> {
    signal.throwIfAborted()
    const folder = this.#folder(ref)
    if (!(await hasLog(folder.logs))) return null
    const isOver = async () => !follow || (await hasWorkerEnded(folder))
    return Readable.from(readLog(folder.logs, { isOver, signal }), { objectMode: false, signal })
  }

  lastContactAt(): null {
    return null
  }

  async list(signal: AbortSignal): Promise<readonly AttemptRef[]> {
    signal.throwIfAborted()
    const names = await readdir(this.#options.directory).catch(() => [])
    return names.flatMap((name) => attemptOf(name) ?? [])
  }

  /** Deletes what an earlier process left half made or half deleted: once, before the first `ensure`. */
  async tidy(): Promise<void> {
    if (this.#tidied) return
    this.#tidied = true
    const names = await readdir(this.#options.directory).catch(() => [])
    const left = names.filter((name) =>
      [unfinishedPrefix, removedPrefix].some((p) => name.startsWith(p)),
    )
    for (const name of left) await deleteTree(join(this.#options.directory, name))
  }

  #folder(ref: AttemptRef): AttemptFolder {
    return attemptFolder(join(this.#options.directory, folderName(ref)))
  }
}

/** Nobody watches over it, nothing of it ever ran, and it has no end. */
const mayStart = async (folder: AttemptFolder) =>
  !isLocked(folder.lock) && !(await wasBegun(folder)) && !(await exists(folder.stop))

async function hasWorkerEnded(folder: AttemptFolder): Promise<boolean> {
  const status = await readStatus(folder)
  if (status?.phase === 'collecting' || status?.phase === 'ended') return true
  return !isLocked(folder.lock)
}
