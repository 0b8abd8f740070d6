import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

// proc(5): in ticks, a hundred a second on every Linux that we know.
const ticksPerSecond = 100

/** Seconds of a core that a process has used. */
export function processorSeconds(pid: number): number {
  const line = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Seconds of a core that a process uses in so many seconds from now. */
export async function usedIn(pid: number, seconds: number): Promise<number> {
  const before = processorSeconds(pid)
  await delay(seconds * 1000)
  return processorSeconds(pid) - before
}
