/**
 * Runs tests against real counterparts, all of them or those that are named: `npm run test:system -- clients` is one
 * file, `-- kubernetes` all of a folder, `-- kubernetes/cluster` one of it. They install what they lack (root, Debian);
 * a counterpart that cannot be had is a failure.
 *
 * The `counterpart.ts` of a folder starts what all its tests need, once, and ends it after them whatever happens. What
 * it returns as `variables` the tests get in their environment.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

interface Counterpart {
  readonly variables: Readonly<Record<string, string>>
  stop(): Promise<void>
}

const base = join(import.meta.dirname, '../test/system')
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort(signal))
}

/** The test files that a name means. */
function filesOf(name: string): readonly string[] {
  const file = join(base, `${name}.test.ts`)
  return existsSync(file) ? [file] : globSync(join(base, name, '*.test.ts'))
}

async function startCounterpart(folder: string): Promise<Counterpart> {
  const program = join(folder, 'counterpart.ts')
  if (!existsSync(program)) return { variables: {}, stop: () => Promise.resolve() }
  process.stdout.write(`Starting the counterpart of ${basename(folder)}.\n`)
  const { start } = (await import(program)) as { readonly start: () => Promise<Counterpart> }
  return start()
}

/** Whether all of them pass. */
async function passes(files: readonly string[], variables: NodeJS.ProcessEnv): Promise<boolean> {
  const options = ['--test-concurrency=1', '--test-timeout=1800000', '--test-reporter=spec']
  const runner = spawn(process.execPath, ['--test', ...options, ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  })
  interrupted.signal.addEventListener('abort', () => runner.kill('SIGTERM'))
  const [code] = (await once(runner, 'exit')) as [number | null]
  return code === 0
}

async function folderPasses(folder: string, files: readonly string[]): Promise<boolean> {
  const counterpart = await startCounterpart(folder)
  try {
    return !interrupted.signal.aborted && (await passes(files.toSorted(), counterpart.variables))
  } finally {
    await counterpart.stop()
  }
}

const named = process.argv.slice(2)
const unknown = named.filter((name) => filesOf(name).length === 0)
if (unknown.length > 0) {
  process.stderr.write(`There is no system test ${unknown.join(', ')}.\n`)
  process.exit(2)
}
const every = [...globSync(join(base, '*.test.ts')), ...globSync(join(base, '*/*.test.ts'))]
const files = new Set(named.length > 0 ? named.flatMap(filesOf) : every)

let passed = true
for (const [folder, own] of [...Map.groupBy(files, dirname)].toSorted()) {
  if (interrupted.signal.aborted) break
  try {
    passed = (await folderPasses(folder, own)) && passed
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
    passed = false
  }
}
process.exitCode = interrupted.signal.aborted ? 130 : passed ? 0 : 1
