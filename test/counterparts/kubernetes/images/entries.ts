import { execFile } from 'node:child_process'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** What a layer holds at an absolute path of the image. */
export type Entry = { readonly path: string; readonly owner?: number } & (
  | { readonly type: 'directory'; readonly mode?: number }
  | { readonly type: 'file'; readonly mode?: number; readonly content: () => Promise<Buffer> }
  | { readonly type: 'link'; readonly target: string }
)

const run = promisify(execFile)

export const directory = (path: string, more: { owner?: number; mode?: number } = {}): Entry => ({
  type: 'directory',
  path,
  ...more,
})

export const link = (path: string, target: string): Entry => ({ type: 'link', path, target })

export const text = (path: string, content: string): Entry => ({
  type: 'file',
  path,
  content: () => Promise.resolve(Buffer.from(content)),
})

/** A file of this machine; it stays executable when it is, and is readable by all. */
export async function file(path: string, source: string | URL, owner = 0): Promise<Entry> {
  const executable = ((await stat(source)).mode & 0o111) !== 0
  return {
    type: 'file',
    path,
    owner,
    mode: executable ? 0o755 : 0o644,
    content: () => readFile(source),
  }
}

/** All files below a folder of this machine, but for those in folders of a name that is left out. */
export async function tree(path: string, source: string, leftOut = ''): Promise<readonly Entry[]> {
  const found: Entry[] = []
  for (const child of await readdir(source, { withFileTypes: true })) {
    const [to, from] = [join(path, child.name), join(source, child.name)]
    if (child.isDirectory() && child.name !== leftOut)
      found.push(...(await tree(to, from, leftOut)))
    if (child.isFile()) found.push(await file(to, from))
  }
  return found
}

/** A program of this machine and the shared libraries that it loads, these at the paths where it looks for them. */
export async function program(path: string, source: string): Promise<readonly Entry[]> {
  const { stdout } = await run('ldd', [source]).catch(() => ({ stdout: '' }))
  const libraries = stdout.match(/\/\S+/g) ?? []
  return Promise.all([
    file(path, await realpath(source)),
    ...libraries.map(async (library) => file(library, await realpath(library))),
  ])
}

/** busybox with a link for each of its commands. */
export async function busybox(): Promise<readonly Entry[]> {
  const { stdout } = await run('/bin/busybox', ['--list'])
  const commands = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')
  return [
    ...(await program('/bin/busybox', '/bin/busybox')),
    ...commands.map((name) => link(`/bin/${name}`, 'busybox')),
  ]
}

/** The files of installed Debian packages below /usr/bin and /usr/lib, with the libraries that their programs load. */
export async function debian(...packages: readonly string[]): Promise<readonly Entry[]> {
  const { stdout } = await run('dpkg-query', ['--listfiles', ...packages])
  const found: Entry[] = []
  for (const path of stdout.split('\n').filter((line) => /^\/usr\/(bin|lib)\//.test(line))) {
    const information = await stat(path)
    if (!information.isFile()) continue
    const real = await realpath(path)
    if (real !== path && dirname(real) === dirname(path)) found.push(link(path, basename(real)))
    else if (dirname(path) === '/usr/bin') found.push(...(await program(path, real)))
    else found.push(await file(path, real))
  }
  return found
}
