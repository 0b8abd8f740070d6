import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { programPath, writeDefinitions, type Setup } from './service-under-test.ts'

export interface ChildSetup extends Pick<Setup, 'variables' | 'services' | 'controlPlanes'> {
  /** Of this service alone; what it leaves there stays. */
  readonly directory: string
  /** The program; `src/main.ts` unless given. */
  readonly program?: string
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[]
}

/** The product as an operator runs it: a process of its own. */
export interface ServiceChild extends AsyncDisposable {
  readonly pid: number
  /** From the start of the process to its ready-file. */
  readonly readyMs: number
  readonly consumerUrl: string
  readonly connectorUrl: string
  /** Ends it without leave to tidy up. */
  kill(): Promise<void>
  /** Ends it as an operator does. */
  stop(): Promise<void>
}

interface ReadyFile {
  readonly consumerUrl: string
  readonly connectorUrl: string
}

const readyWithinMs = 60_000

export async function startServiceChild(setup: ChildSetup): Promise<ServiceChild> {
  const { directory, program = programPath, nodeOptions = [] } = setup
  const readyFile = join(directory, 'ready.json')
  rmSync(readyFile, { force: true })
  const logFile = join(directory, 'service.log')
  const output = openSync(logFile, 'a')
  const begun = performance.now()
  const args = [...nodeOptions, program, 'serve', '--ready-file', readyFile]
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: environment(setup),
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const ended = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  while (readJson(readyFile) === undefined) {
    if (child.exitCode !== null || performance.now() - begun > readyWithinMs) {
      await end('SIGKILL')
      throw new Error(`the service did not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    }
    await delay(5)
  }
  const readyMs = performance.now() - begun
  const { consumerUrl, connectorUrl } = readJson(readyFile) as ReadyFile
  return {
    pid: child.pid ?? 0,
    readyMs,
    consumerUrl,
    connectorUrl,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
}

function environment(setup: ChildSetup): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('DSC_') && name !== 'NODE_OPTIONS',
  )
  return {
    ...Object.fromEntries(inherited),
    DSC_DATA_DIR: join(setup.directory, 'data'),
    DSC_CONSUMER_PORT: '0',
    DSC_CONNECTOR_PORT: '0',
    DSC_MANAGEMENT_PORT: '0',
    DSC_STORE_PORT: '0',
    DSC_EGRESS_ALLOW: '127.0.0.0/8',
    DSC_STORE_RESERVE_BYTES: '0',
    DSC_LOG_LEVEL: 'warn',
    ...writeDefinitions(setup.directory, setup),
    ...setup.variables,
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
