import { readFileSync, writeFileSync } from 'node:fs'

/** The memory of a process, in MiB, as Linux has it. */
export interface ResidentMemory {
  readonly now: () => number
  /** The most since the last `reset`, or since the process began. */
  readonly peak: () => number
  readonly reset: () => void
}

export function residentMemory(pid: number): ResidentMemory {
  const field = (name: string): number => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
    if (kibibytes === undefined) throw new Error(`process ${pid} has no ${name}`)
    return Number(kibibytes) / 1024
  }
  return {
    now: () => field('VmRSS'),
    peak: () => field('VmHWM'),
    // proc(5): 5 sets the peak to what is used now.
    reset: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
  }
}
