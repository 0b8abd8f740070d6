import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const scripts = fileURLToPath(new URL('../../test/counterparts/edc/', import.meta.url))

export type Script = 'up' | 'down' | 'restart' | 'running'

/**
 * Runs a script of the connectors; returns what it prints. `variables` are settings of its `settings.sh`. A failure is
 * thrown in the script's own words. When `signal` says so, the script ends and whatever it had begun; connectors that it
 * had started go on.
 */
export async function runScript(
  script: Script,
  names: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted()
  const child = spawn(`${scripts}${script}`, names, {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C ends it by `signal` alone, and with it what it waits for.
    detached: true,
  })
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null) return
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It has just ended by itself.
    }
  }
  signal?.addEventListener('abort', end)
  try {
    const [printed, said, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ])
    signal?.throwIfAborted()
    if (code !== 0) throw new Error(said.trim() || `${script} ended with ${code ?? 'a signal'}`)
    return printed
  } finally {
    signal?.removeEventListener('abort', end)
  }
}

/** The variables that `up` prints. */
export const exportedBy = (printed: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...printed.matchAll(/^export (\w+)=(.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  )
