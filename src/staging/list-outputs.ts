import type { Dirent } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { FailureError } from '../domain/failure.ts'
import { OutputJudge, outputRefused, type OutputEntryKind } from '../domain/output-tree.ts'
import type { OutputLimits } from '../domain/staging-bounds.ts'
import { errorCode } from './placed-file.ts'

/** A file or folder that the worker left, as it was when it was listed. */
export interface OutputEntry {
  /** Relative to the output directory. */
  readonly path: string
  readonly kind: 'file' | 'directory'
  readonly bytes: number
  readonly modifiedMs: number
  readonly executable: boolean
  readonly device: number
  readonly inode: number
}

/**
 * Everything below `root`, links not followed, sorted by path. Throws `FailureError` `output-refused` for what is
 * neither file nor folder, has no portable name, cannot be read, or is beyond the limits.
 */
export async function listOutputs(
  root: string,
  limits: OutputLimits,
  signal: AbortSignal,
): Promise<readonly OutputEntry[]> {
  const judge = new OutputJudge(limits)
  const entries: OutputEntry[] = []
  const folders = [{ path: '', depth: 1 }]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const { name, kind } of namesIn(root, folder.path)) {
      signal.throwIfAborted()
      const path = folder.path === '' ? name : `${folder.path}/${name}`
      const seen = await look(root, path)
      judge.admit(path, name, folder.depth, seen?.kind ?? kind, seen?.bytes ?? 0)
      if (seen === null) continue
      entries.push({ path, ...seen })
      if (seen.kind === 'directory') folders.push({ path, depth: folder.depth + 1 })
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Entry by entry: a folder with millions of names is never held in memory. */
async function* namesIn(root: string, path: string) {
  try {
    const folder = await opendir(`${root}/${path}`, { encoding: 'buffer' as BufferEncoding })
    for await (const entry of folder) yield { name: nameOf(entry, path), kind: kindOf(entry) }
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw translated(error, path === '' ? '.' : path)
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function nameOf({ name }: Dirent, folder: string): string {
  const bytes: unknown = name
  if (!(bytes instanceof Uint8Array)) return name
  try {
    return decoder.decode(bytes)
  } catch {
    const readable = Buffer.from(bytes)
      .toString('latin1')
      .replace(/[^ -~]/g, '?')
    throw outputRefused(
      folder === '' ? readable : `${folder}/${readable}`,
      'has a name that is not UTF-8',
    )
  }
}

/** Null: neither file nor folder. */
async function look(root: string, path: string) {
  try {
    const found = await lstat(`${root}/${path}`)
    const kind = kindOf(found)
    if (kind !== 'file' && kind !== 'directory') return null
    return {
      kind,
      bytes: found.size,
      modifiedMs: found.mtimeMs,
      executable: (found.mode & 0o111) !== 0,
      device: found.dev,
      inode: found.ino,
    }
  } catch (error) {
    throw translated(error, path)
  }
}

type TypeTests = Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket'>

function kindOf(found: TypeTests): OutputEntryKind {
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'directory'
  if (found.isSymbolicLink()) return 'link'
  if (found.isFIFO()) return 'FIFO'
  return found.isSocket() ? 'socket' : 'device'
}

const unreadable =
  'cannot be read by the agent: let the worker write it readable for all, ' +
  "or give the service's worker.user as uid:gid, which is then the agent's too"

/** What the file system says about an output: not ours to read, or changed by somebody who should have ended. */
export function translated(error: unknown, path: string): unknown {
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return outputRefused(path, unreadable)
    case 'ENAMETOOLONG':
      return outputRefused(path.slice(0, 300), 'is a path too long for this system')
    case 'ELOOP':
      return outputRefused(path, 'is a link')
    case 'ENOENT':
    case 'ENOTDIR':
      return changedWhileRead(path, error)
    default:
      return error
  }
}

export const changedWhileRead = (path: string, cause?: unknown) =>
  new FailureError(
    'collecting-failed',
    `The output ${JSON.stringify(path)} changed while it was read.`,
    { cause },
  )
