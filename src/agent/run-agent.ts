import { parseArgs } from 'node:util'
import { superviseAttempt } from './supervise.ts'

const usage = 'usage: dataspace-compute agent --local FOLDER\n'

/** `dataspace-compute agent …`. Returns the exit code: 0 when the attempt has its end, or is another one's. */
export async function runAgent(args: readonly string[]): Promise<number> {
  const folder = localFolder(args)
  if (folder === null) {
    process.stderr.write(usage)
    return 2
  }
  process.umask(0o022)
  await superviseAttempt(folder)
  return 0
}

function localFolder(args: readonly string[]): string | null {
  try {
    const { values } = parseArgs({ args: [...args], options: { local: { type: 'string' } } })
    return values.local ?? null
  } catch {
    return null
  }
}
