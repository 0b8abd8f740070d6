import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { programPath, writeDefinitions, type Setup } from './service-under-test.ts'
import { until } from './until.ts'

interface Ready {
  readonly pid: number
  readonly consumerUrl: string
  readonly connectorUrl: string
  readonly managementUrl: string
  readonly storeUrl: string
  readonly managementKeyFile: string
}

export interface ServiceProcess {
  readonly urls: Ready
  readonly child: ChildProcess
  /** What it has printed so far. */
  output(): string
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with its exit code and how long that took. */
  terminate(): Promise<{ code: number | null; ms: number }>
}

/** The real program on a data folder that outlives it, started again as often as a test wants. */
export class ServiceOnDisk implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'dsc-kill-'))
  readonly #setup: Setup
  readonly #running = new Set<ServiceProcess>()
  readonly outputs: (() => string)[] = []
  /** A restarted one is found where the first was: addresses that others have keep working. */
  #ports: Record<string, string> = {}

  constructor(setup: Setup) {
    this.#setup = setup
  }

  /** The program and what it prints, without waiting for it. */
  spawn(variables: Readonly<Record<string, string>> = {}) {
    const readyFile = join(this.directory, 'ready.json')
    rmSync(readyFile, { force: true })
    const child = spawn(process.execPath, [programPath, 'serve', '--ready-file', readyFile], {
      env: {
        PATH: process.env['PATH'],
        DSC_DATA_DIR: join(this.directory, 'data'),
        DSC_CONSUMER_PORT: '0',
        DSC_CONNECTOR_PORT: '0',
        DSC_MANAGEMENT_PORT: '0',
        DSC_STORE_PORT: '0',
        DSC_EGRESS_ALLOW: '127.0.0.0/8',
        DSC_STORE_RESERVE_BYTES: '0',
        DSC_LINGER_SECONDS: '0',
        ...writeDefinitions(this.directory, this.#setup),
        ...this.#setup.variables,
        ...this.#ports,
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
      })
    }
    const output = () => printed
    this.outputs.push(output)
    return { child, readyFile, output }
  }

  async start(variables: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const { child, readyFile, output } = this.spawn(variables)
    const exited = once(child, 'exit') as Promise<[number | null]>
    const urls = await until(
      'the service is ready',
      () => {
        if (child.exitCode !== null) throw new Error(`it ended at its start:\n${output()}`)
        return existsSync(readyFile) && (JSON.parse(readFileSync(readyFile, 'utf8')) as Ready)
      },
      60_000,
    ).catch((error: unknown) => {
      child.kill('SIGKILL')
      throw error
    })
    this.#ports = {
      DSC_CONSUMER_PORT: new URL(urls.consumerUrl).port,
      DSC_CONNECTOR_PORT: new URL(urls.connectorUrl).port,
      DSC_STORE_PORT: new URL(urls.storeUrl).port,
    }
    const service: ServiceProcess = {
      urls,
      child,
      output,
      kill: async () => {
        child.kill('SIGKILL')
        await exited
        this.#running.delete(service)
      },
      terminate: async () => {
        const begun = performance.now()
        child.kill('SIGTERM')
        const [code] = await exited
        this.#running.delete(service)
        return { code, ms: performance.now() - begun }
      },
    }
    this.#running.add(service)
    return service
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of [...this.#running]) await service.kill()
    this.#endAttempts()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** Supervisors and workers outlive the service: those of a test that failed end with it. */
  #endAttempts(): void {
    const jobs = join(this.directory, 'data', 'jobs')
    const folders = existsSync(jobs) ? readdirSync(jobs) : []
    for (const [name, group] of [
      ['supervisor.json', 1],
      ['worker.json', -1],
    ] as const) {
      for (const folder of folders) endProcess(join(jobs, folder, name), group)
    }
  }
}

function endProcess(path: string, group: 1 | -1): void {
  try {
    const { pid } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number }
    const folder = dirname(path)
    const isOurs = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
    const worksThere = readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    if (isOurs || worksThere) process.kill(pid * group, 'SIGKILL')
  } catch {
    // It has ended, or there never was one.
  }
}
