import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { file, tree, type Entry } from './entries.ts'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const modules = join(repository, 'node_modules')

/** The node that the project is pinned to. */
export const nodeProgram = join(modules, 'node/bin/node')

/** The compiled service, from the sources as they are now, built in `folder`. */
export async function compiledService(folder: string): Promise<readonly Entry[]> {
  const compiler = join(modules, 'typescript/bin/tsc')
  const project = join(repository, 'tsconfig.build.json')
  const build = [compiler, '--project', project, '--outDir', folder]
  await promisify(execFile)(process.execPath, build, { timeout: 300_000 })
  const description = await file('/app/package.json', join(repository, 'package.json'))
  return [description, ...(await tree('/app/dist', folder))]
}

/** The packages that the lock file does not say to be for development only, as they are installed here. */
export async function productionPackages(): Promise<readonly Entry[]> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: true; readonly optional?: true }>>
  }
  const found: Entry[] = []
  for (const [path, { dev, optional }] of Object.entries(lock.packages)) {
    if (path === '' || dev === true) continue
    const installed = join(repository, path)
    if (optional === true && !(await exists(installed))) continue
    found.push(...(await tree(`/app/${path}`, installed, 'node_modules')))
  }
  return found
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )
