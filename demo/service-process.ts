import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const readyWithinMs = 40_000
const stopWithinMs = 12_000
const lookEveryMs = 25

/** The document that `serve --ready-file` writes. */
export interface Ready {
  readonly pid: number
  readonly consumerUrl: string
  readonly connectorUrl: string
  readonly managementUrl: string
  readonly storeUrl: string
  readonly managementKeyFile: string
}

/** dataspace-compute as a process of its own, with everything that it writes below one folder. */
export class ServiceProcess implements AsyncDisposable {
  readonly logFile: string
  readonly #child: ChildProcess
  readonly #dataFolder: string
  readonly #readyFile: string

  /** `onDeath` is told when the process ends although nobody has stopped it. */
  constructor(
    folder: string,
    variables: Readonly<Record<string, string>>,
    onDeath: (message: string) => void,
  ) {
    this.logFile = join(folder, 'service.log')
    this.#dataFolder = join(folder, 'data')
    this.#readyFile = join(folder, 'ready.json')
    const log = openSync(this.logFile, 'a', 0o600)
    this.#child = spawn(process.execPath, [program, 'serve', '--ready-file', this.#readyFile], {
      cwd: folder,
      detached: true,
      env: { ...withoutOurVariables(), DSC_DATA_DIR: this.#dataFolder, ...variables },
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.#child.once('error', (error) => onDeath(`the service cannot be started: ${error.message}`))
    this.#child.once('exit', (code, signal) =>
      onDeath(`the service's process has ended (${signal ?? `exit code ${code ?? '?'}`})`),
    )
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  async ready(signal: AbortSignal): Promise<Ready> {
    const deadline = performance.now() + readyWithinMs
    while (performance.now() < deadline) {
      const text = await readFile(this.#readyFile, 'utf8').catch(() => null)
      if (text !== null) return JSON.parse(text) as Ready
      await pause(lookEveryMs, undefined, { signal })
    }
    throw new Error(`the service was not ready within ${readyWithinMs / 1000} s`)
  }

  /** What the service says to people; its log for machines (JSON lines) is left out. */
  async printed(): Promise<string> {
    return (await this.#logLines()).filter((line) => !line.startsWith('{')).join('\n')
  }

  async logTail(lines: number): Promise<string> {
    return (await this.#logLines()).slice(-lines).join('\n')
  }

  /** Ends the service, and the supervisors of jobs, which are made to outlive it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.removeAllListeners('exit')
    const isRunning = this.#child.exitCode === null && this.#child.signalCode === null
    if (isRunning && this.#child.pid !== undefined) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await Promise.race([exited, pause(stopWithinMs, undefined, { ref: false })])
      this.#child.kill('SIGKILL')
      await exited
    }
    await endSupervisors(join(this.#dataFolder, 'jobs'))
  }

  async #logLines(): Promise<string[]> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '')
    return text.trimEnd().split('\n')
  }
}

/** The settings of a service that the reader runs beside this demo are none of ours. */
const withoutOurVariables = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DSC_')))

async function endSupervisors(jobsFolder: string): Promise<void> {
  const attempts = await readdir(jobsFolder).catch(() => [])
  await Promise.all(attempts.map((attempt) => endSupervisor(join(jobsFolder, attempt))))
}

/** Told to end, a supervisor ends its worker and then itself. Where no job was running there is nothing to do. */
async function endSupervisor(folder: string): Promise<void> {
  const deadline = performance.now() + stopWithinMs
  const read = (file: string) => readFile(join(folder, file), 'utf8').catch(() => null)
  const hasStarted = (await read('agent.log')) !== null
  let supervisor = await read('supervisor.json')
  // One that has just been started has not written yet who it is.
  while (hasStarted && supervisor === null && performance.now() < deadline) {
    await pause(lookEveryMs)
    supervisor = await read('supervisor.json')
  }
  if (supervisor === null || (await read('status.json'))?.includes('"ended"') === true) return
  const { pid } = JSON.parse(supervisor) as { pid: number }
  while (send(pid, 'SIGTERM') && performance.now() < deadline) await pause(lookEveryMs)
  send(pid, 'SIGKILL')
}

/** False when there is no such process any more. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
