import { constants } from 'node:fs'
import { open, readlink, realpath } from 'node:fs/promises'
import { changedWhileRead, translated, type OutputEntry } from './list-outputs.ts'
import { errorCode } from './placed-file.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
const sharedBytes = 256 * 1024
const ownBytes = 64 * 1024

export interface ReadOptions {
  /** Chunks share one buffer: for a reader that copies at once. */
  readonly reuseBuffer: boolean
}

/**
 * The bytes of a listed output file. Throws `FailureError` `collecting-failed` if it is not the file that was listed,
 * or changes meanwhile; `output-refused` if it cannot be read.
 */
export async function* readOutput(
  root: string,
  entry: OutputEntry,
  { reuseBuffer }: ReadOptions,
): AsyncGenerator<Uint8Array> {
  const file = await openOutput(root, entry)
  try {
    const shared = reuseBuffer
      ? Buffer.allocUnsafeSlow(Math.min(sharedBytes, entry.bytes + 1))
      : null
    let done = 0
    for (;;) {
      const buffer = shared ?? Buffer.allocUnsafeSlow(Math.min(ownBytes, entry.bytes - done + 1))
      const { bytesRead } = await file.read(buffer, 0, buffer.length)
      if (bytesRead === 0) break
      done += bytesRead
      if (done > entry.bytes) throw changedWhileRead(entry.path)
      yield buffer.subarray(0, bytesRead)
    }
    const { size, mtimeMs } = await file.stat()
    const same = done === entry.bytes && size === done && mtimeMs === entry.modifiedMs
    if (!same) throw changedWhileRead(entry.path)
  } finally {
    await file.close()
  }
}

async function openOutput(root: string, entry: OutputEntry) {
  const path = `${root}/${entry.path}`
  let file
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    throw translated(error, entry.path)
  }
  try {
    const found = await file.stat()
    const same = found.dev === entry.device && found.ino === entry.inode && found.isFile()
    if (!same || !(await isBelow(root, entry.path, file.fd))) throw changedWhileRead(entry.path)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Where the system tells what was really opened (Linux), a folder exchanged for a link is found out. */
async function isBelow(root: string, path: string, fd: number): Promise<boolean> {
  try {
    return (await readlink(`/proc/self/fd/${fd}`)) === `${await realpath(root)}/${path}`
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true
    throw error
  }
}
