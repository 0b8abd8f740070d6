import { maxDirectoryObjects, maxSegmentBytes } from './staging-bounds.ts'

const encoder = new TextEncoder()
export const utf8Length = (text: string) => encoder.encode(text).length

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unsafeCharacter = /[\u0000-\u001f\u007f-\u009f\\]/

/** Why a segment of a key cannot be the name of a file or folder, or null. */
export function segmentProblem(segment: string): string | null {
  if (segment === '') return 'has an empty segment'
  if (segment === '.' || segment === '..') return `has the segment "${segment}"`
  if (!segment.isWellFormed()) return 'is not UTF-8'
  if (unsafeCharacter.test(segment)) return 'has a backslash or a control character'
  return utf8Length(segment) > maxSegmentBytes
    ? `has a segment of more than ${maxSegmentBytes} bytes`
    : null
}

/** Why `path` (segments separated by `/`) cannot be a path below a directory, or null. */
export function pathProblem(path: string): string | null {
  for (const segment of path.split('/')) {
    const problem = segmentProblem(segment)
    if (problem !== null) return problem
  }
  return null
}

/** The same for names that a case-insensitive or normalising file system takes for one. */
export const foldPath = (path: string) =>
  path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')

export interface PathProblem {
  readonly path: string
  readonly problem: string
}

/** The first path that keeps a set of objects from being a directory, or null. Paths are relative to it. */
export function directoryProblem(paths: readonly string[]): PathProblem | null {
  const tooMany = paths[maxDirectoryObjects]
  if (tooMany !== undefined) {
    return { path: tooMany, problem: `is beyond the limit of ${maxDirectoryObjects} objects` }
  }
  const tree = new PathTree(foldPath)
  for (const path of paths) {
    const problem = pathProblem(path) ?? tree.addFile(path)
    if (problem !== null) return { path, problem }
  }
  return null
}

/** Files and folders seen so far; tells when one path is both, or there twice. */
export class PathTree {
  readonly #fold: (path: string) => string
  readonly #files = new Map<string, string>()
  readonly #folders = new Map<string, string>()

  constructor(fold: (path: string) => string = (path) => path) {
    this.#fold = fold
  }

  addFile(path: string): string | null {
    const folded = this.#fold(path)
    const same = this.#files.get(folded)
    if (same !== undefined) return same === path ? 'is there twice' : `is the same as "${same}"`
    const below = this.#folders.get(folded)
    if (below !== undefined) return `is file and folder at once ("${below}")`
    const problem = this.#addParents(path)
    if (problem === null) this.#files.set(folded, path)
    return problem
  }

  addFolder(path: string): string | null {
    const folded = this.#fold(path)
    const file = this.#files.get(folded)
    if (file !== undefined) return `is file and folder at once ("${file}")`
    this.#folders.set(folded, path)
    return this.#addParents(path)
  }

  #addParents(path: string): string | null {
    let end = path.lastIndexOf('/')
    while (end > 0) {
      const parent = path.slice(0, end)
      const folded = this.#fold(parent)
      const file = this.#files.get(folded)
      if (file !== undefined) return `is below the file "${file}"`
      if (this.#folders.has(folded)) return null
      this.#folders.set(folded, path)
      end = parent.lastIndexOf('/')
    }
    return null
  }
}

/** Where nothing of a worker may be mounted, nor below. */
const reservedMounts = ['/proc', '/dev', '/sys']

/** Why `path` cannot be a `mountPath` or `outputDirectory`, or null. `agentPath`: where the agent itself lives. */
export function mountPathProblem(path: string, agentPath: string): string | null {
  if (!path.startsWith('/')) return 'is not absolute'
  if (path === '/') return 'is the root'
  const problem = pathProblem(path.slice(1))
  if (problem !== null) return `is not normalised: it ${problem}`
  const reserved = [...reservedMounts, agentPath].find(
    (mount) => path === mount || path.startsWith(`${mount}/`),
  )
  return reserved === undefined ? null : `is ${reserved} or below it`
}
