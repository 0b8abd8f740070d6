import { parseArgs } from 'node:util'
import { TerminationSignal } from './termination-signal.ts'

const usage = 'usage: dataspace-compute agent [--base FOLDER | --local FOLDER]\n'

/**
 * `dataspace-compute agent …`, in a job's pod or beside a local job. Returns the exit code: of a local job 0 when the
 * attempt has its end, or is another one's; of a pod's agent `podAgentExit`.
 */
export async function runAgent(args: readonly string[]): Promise<number> {
  const options = optionsOf(args)
  if (options === null) {
    process.stderr.write(usage)
    return 2
  }
  process.umask(0o022)
  if (options.local !== undefined) {
    const { superviseAttempt } = await import('./supervise.ts')
    await superviseAttempt(options.local)
    return 0
  }
  // Before the modules are loaded: the first program of a container loses a signal that it does not listen to yet.
  const told = new TerminationSignal()
  const { runPodAgent } = await import('./run-pod-agent.ts')
  return runPodAgent(options.base, told)
}

function optionsOf(args: readonly string[]): { local?: string; base?: string } | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { local: { type: 'string' }, base: { type: 'string' } },
    })
    return values.local !== undefined && values.base !== undefined ? null : values
  } catch {
    return null
  }
}
