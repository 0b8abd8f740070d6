import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { AttemptFolder } from '../adapters/compute-local/attempt-folder.ts'
import type { ProcessIdentity } from '../adapters/compute-local/documents.ts'
import { writeDurably } from '../adapters/compute-local/durable-file.ts'
import { LogWriter } from '../adapters/files/worker-log-files.ts'
import {
  childCpuSeconds,
  endWorker,
  identify,
  memoryKills,
  send,
} from '../adapters/compute-local/processes.ts'
import { FailureError } from '../domain/failure.ts'
import { errorCode } from '../staging/placed-file.ts'
import { maxTimerMs } from '../staging/stage-deadline.ts'
import type { StopRequest } from './stop-request.ts'
import { WorkerOutput } from './worker-output.ts'

export interface WorkerRun {
  readonly folder: AttemptFolder
  /** Program and arguments, every variable put in. */
  readonly command: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  readonly runSeconds: number
  readonly logBytes: number
  readonly stop: StopRequest
  readonly onStarted: (startedAt: Date) => Promise<void>
}

export interface WorkerEnd {
  readonly startedAt: Date
  readonly endedAt: Date
  /** 128 + number of the signal that ended it; 126 and 127 as a shell has them, if it could not be started. */
  readonly exitCode: number
  readonly cpuSeconds: number | null
  readonly cause: 'itself' | 'stopped' | 'timed-out' | 'out-of-memory'
}

/** Runs the worker in a process group of its own until nothing of the group is left, and its log is written. */
export async function runWorker(run: WorkerRun): Promise<WorkerEnd> {
  using log = new LogWriter(run.folder.logs, run.logBytes)
  const output = new WorkerOutput(run.folder.logs)
  const cpuBefore = await childCpuSeconds()
  const killsBefore = await memoryKills()
  const started = await start(run, output)
  const startedAt = new Date()
  if (typeof started === 'string') {
    output.attach(null, log)
    return await cannotStart(started, startedAt, log, output)
  }
  const { child, pid, exited } = started
  output.attach(child, log)
  const leader = await recordWorker(run.folder, pid)
  await run.onStarted(startedAt)
  const limits = limitRun(run, pid)
  const { code, signal } = await exited
  limits.clear()
  const endedAt = new Date()
  await endWorker(leader, run.folder.root, true)
  await output.drained()
  const cpuAfter = await childCpuSeconds()
  const killedForMemory = signal === 'SIGKILL' && (await memoryKills()) > killsBefore
  return {
    startedAt,
    endedAt,
    exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
    cpuSeconds: cpuBefore === null || cpuAfter === null ? null : round(cpuAfter - cpuBefore),
    cause: limits.cause() ?? (killedForMemory ? 'out-of-memory' : 'itself'),
  }
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000

interface Started {
  readonly child: ChildProcess
  readonly pid: number
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** The started worker, or the code of what kept it from starting. */
async function start(
  { folder, command, environment }: WorkerRun,
  output: WorkerOutput,
): Promise<Started | string> {
  const [program = '', ...args] = command
  try {
    const child = spawn(program, args, {
      cwd: `${folder.root}/`,
      detached: true,
      env: Object.fromEntries(environment),
      stdio: ['ignore', output.stdio, output.stdio],
    })
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    )
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    if (child.pid !== undefined) return { child, pid: child.pid, exited }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'E2BIG') {
      throw new FailureError(
        'environment-invalid',
        'The variables and arguments of the worker are more than this system takes.',
      )
    }
    if (code !== null) return code
  }
  throw new FailureError('internal', 'The worker cannot be started.')
}

async function cannotStart(
  code: string,
  at: Date,
  log: LogWriter,
  output: WorkerOutput,
): Promise<WorkerEnd> {
  await output.drained()
  log.write(Buffer.from(`dataspace-compute: the worker's command cannot be started (${code})\n`))
  const exitCode = code === 'ENOENT' ? 127 : 126
  return { startedAt: at, endedAt: at, exitCode, cpuSeconds: 0, cause: 'itself' }
}

/** Written at once: if this process is killed, the backend ends the group that is named here. */
async function recordWorker(folder: AttemptFolder, pid: number): Promise<ProcessIdentity> {
  const identity = (await identify(pid)) ?? { pid, startedAt: '' }
  await writeDurably(folder.worker, JSON.stringify(identity))
  return identity
}

/** SIGTERM when the run has to end, SIGKILL to the whole group after the grace time. */
function limitRun({ runSeconds, stop }: WorkerRun, pid: number) {
  let cause: 'stopped' | 'timed-out' | null = null
  let killing: NodeJS.Timeout | null = null
  const end = (why: 'stopped' | 'timed-out') => {
    if (cause !== null) return
    cause = why
    send(-pid, 'SIGTERM')
    const graceMs = Math.min(stop.graceSeconds * 1000, maxTimerMs)
    killing = setTimeout(() => send(-pid, 'SIGKILL'), graceMs)
  }
  const onStop = () => {
    end('stopped')
  }
  const running = setTimeout(
    () => {
      end('timed-out')
    },
    Math.min(runSeconds * 1000, maxTimerMs),
  )
  stop.signal.addEventListener('abort', onStop)
  if (stop.signal.aborted) onStop()
  return {
    cause: () => cause,
    clear: () => {
      clearTimeout(running)
      if (killing !== null) clearTimeout(killing)
      stop.signal.removeEventListener('abort', onStop)
    },
  }
}
