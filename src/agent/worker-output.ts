import { spawnSync, type ChildProcess } from 'node:child_process'
import { closeSync, constants, openSync, rmSync } from 'node:fs'
// eslint-disable-next-line no-restricted-syntax -- reads a pipe of this machine; nothing goes out
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { LogWriter } from '../adapters/files/worker-log-files.ts'
import { searchPath } from './search-path.ts'

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants
const drainMs = 2_000

/**
 * Where a worker prints: one pipe for stdout and stderr, as a container has, so that their order is kept and
 * `/dev/stdout` can be opened. (Node's own pipes are sockets, which cannot.) Without `mkfifo`, Node's own.
 */
export class WorkerOutput {
  readonly stdio: 'pipe' | number
  readonly #readEnd: number | null
  #streams: Readable[] = []

  constructor(folder: string) {
    const path = join(folder, 'pipe')
    const made = spawnSync('mkfifo', ['-m', '600', path], {
      stdio: 'ignore',
      env: { PATH: searchPath() },
    })
    if (made.status !== 0) {
      this.stdio = 'pipe'
      this.#readEnd = null
      return
    }
    this.#readEnd = openSync(path, O_RDONLY | O_NONBLOCK)
    this.stdio = openSync(path, O_WRONLY)
    rmSync(path)
  }

  /** To be called once the worker is started, or could not be. */
  attach(child: ChildProcess | null, log: LogWriter): void {
    if (typeof this.stdio === 'number') closeSync(this.stdio)
    this.#streams =
      this.#readEnd === null
        ? [child?.stdout, child?.stderr].filter((stream) => stream instanceof Socket)
        : [new Socket({ fd: this.#readEnd, readable: true, writable: false })]
    for (const stream of this.#streams) {
      stream.on('data', (chunk: Buffer) => log.write(chunk))
      stream.on('error', () => stream.destroy())
    }
  }

  /** Resolves when all that was printed is in the log. A process that escaped cannot hold this up. */
  async drained(): Promise<void> {
    const ends = this.#streams.map((stream) =>
      stream.closed ? Promise.resolve() : new Promise((resolve) => stream.once('close', resolve)),
    )
    const timer = setTimeout(() => {
      for (const stream of this.#streams) stream.destroy()
    }, drainMs)
    await Promise.all(ends)
    clearTimeout(timer)
  }
}
