import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProcessIdentity } from './documents.ts'

const endWithinMs = 5_000
const lookAgainMs = 20

interface ProcessState {
  readonly state: string
  readonly group: number
  readonly startedTicks: string
  readonly childSeconds: number
}

/** Clock ticks a second in `/proc`: the same on every Linux that Node runs on. */
const ticksPerSecond = 100

/** `/proc/PID/stat`; null: no such process, or a system without `/proc`. */
async function stateOf(pid: number | 'self'): Promise<ProcessState | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const number = (index: number) => Number(fields[index] ?? Number.NaN)
    return {
      state: fields[0] ?? '',
      group: number(2),
      startedTicks: fields[19] ?? '',
      childSeconds: (number(13) + number(14)) / ticksPerSecond,
    }
  } catch {
    return null
  }
}

/** Number, start and boot: together they name one process for ever. Null where the system does not tell. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  try {
    const state = await stateOf(pid)
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    return state === null ? null : { pid, startedAt: `${boot} ${state.startedTicks}` }
  } catch {
    return null
  }
}

export async function isAlive(process: ProcessIdentity): Promise<boolean> {
  const found = await identify(process.pid)
  return found?.startedAt === process.startedAt && (await stateOf(process.pid))?.state !== 'Z'
}

/** CPU seconds of ended children and theirs; null where the system does not tell. */
export const childCpuSeconds = async () => (await stateOf('self'))?.childSeconds ?? null

/** How many processes the kernel has killed for want of memory. */
export async function memoryKills(): Promise<number> {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(await readFile('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Sends a signal; a process or group that has gone is no failure. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/**
 * Ends what is left of a worker: the group that it led, and whoever left the group but still has the folder in its
 * environment. A group is believed only with its leader's identity, or when `leaderEnded` tells that it was ours.
 */
export async function endWorker(
  leader: ProcessIdentity | null,
  root: string,
  leaderEnded = false,
): Promise<void> {
  const deadline = performance.now() + endWithinMs
  while (performance.now() < deadline) {
    const ours = leader !== null && (leaderEnded || (await isAlive(leader)))
    const members = await workerProcesses(ours ? leader.pid : null, root)
    if (members.length === 0) {
      if (ours) send(-leader.pid, 'SIGKILL')
      return
    }
    for (const pid of members) send(pid, 'SIGKILL')
    await pause(lookAgainMs)
  }
}

async function workerProcesses(group: number | null, root: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const state = await stateOf(pid)
      if (pid === process.pid || state === null || state.state === 'Z') return false
      return state.group === group || (await hasRoot(pid, root))
    }),
  )
  return pids.filter((_, index) => found[index])
}

async function hasRoot(pid: number, root: string): Promise<boolean> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8')
    return environment.split('\0').includes(`DSC_ROOT=${root}`)
  } catch {
    return false
  }
}
