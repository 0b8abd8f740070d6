import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = fileURLToPath(new URL('../../.cache', import.meta.url))

async function works(command: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args)
    return true
  } catch {
    return false
  }
}

/** Installs those Debian packages whose check, a command, does not work here. */
export async function ensurePackages(
  checks: Readonly<Record<string, readonly [string, ...string[]]>>,
): Promise<void> {
  const missing: string[] = []
  for (const [name, check] of Object.entries(checks)) {
    if (!(await works(...check))) missing.push(name)
  }
  if (missing.length === 0) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { env })
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { env })
}

/**
 * A Python environment in `.cache/<name>` with exactly the packages of a requirements file; made again when the file
 * has changed. Returns the folder of its programs.
 */
export async function pythonEnvironment(name: string, requirements: URL): Promise<string> {
  const folder = join(cache, name)
  const stamp = join(folder, 'installed.txt')
  const wanted = await readFile(requirements, 'utf8')
  const installed = await readFile(stamp, 'utf8').catch(() => '')
  const programs = join(folder, 'bin')
  if (installed === wanted && (await works(join(programs, 'python'), '--version'))) return programs
  await ensurePackages({
    python3: ['python3', '--version'],
    'python3-venv': ['python3', '-c', 'import ensurepip'],
  })
  await rm(folder, { recursive: true, force: true })
  await mkdir(cache, { recursive: true })
  await run('python3', ['-m', 'venv', folder])
  const install = ['install', '--quiet', '--requirement', fileURLToPath(requirements)]
  await run(join(programs, 'pip'), install)
  await writeFile(stamp, wanted)
  return programs
}
