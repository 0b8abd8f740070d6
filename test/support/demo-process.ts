import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

const program = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

export interface DemoSetup {
  /** Beside those of this process; undefined takes one away. */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** How long it may take until a text is seen. */
  readonly patienceMs?: number
}

/** The demo as a process of its own, with a folder for everything that it writes. */
export async function startDemo(args: readonly string[] = [], setup: DemoSetup = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'demo-test-'))
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1', ...setup.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const take = (text: string) => (output += text)
  child.stdout.setEncoding('utf8').on('data', take)
  child.stderr.setEncoding('utf8').on('data', take)
  const closed = once(child, 'close') as Promise<[number | null]>
  const servicePid = () => Number(/as process (\d+)\./.exec(output)?.[1])
  return {
    folder,
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    killService: () => process.kill(servicePid(), 'SIGKILL'),
    seen: (text: string) =>
      until(text, () => Promise.resolve(output.includes(text)), setup.patienceMs ?? 30_000),
    exitCode: async () => (await closed)[0],
    /** Nothing of it runs or lies about any more. */
    assertGone: async () => {
      assert.deepEqual(await readdir(temporary), [])
      assert.deepEqual(await processesOf(temporary), [])
      if (!Number.isNaN(servicePid())) assert.throws(() => process.kill(servicePid(), 0))
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) child.kill('SIGTERM')
      await closed
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Processes with this folder in their command line; none where the system does not tell. */
async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.includes(folder))
}
