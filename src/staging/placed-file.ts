import { constants } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'

const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants
const fileMode = 0o644
const executableMode = 0o755
const folderMode = 0o755

/** The folder and all above it. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: folderMode })
}

/** Writes a file that is new, or takes the place of another file; never of a folder, never through a link. */
export async function placeFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  executable = false,
): Promise<void> {
  await makeFolder(dirname(path))
  const file = await openNew(path)
  try {
    for await (const chunk of chunks) await writeAll(file, chunk)
    await file.chmod(executable ? executableMode : fileMode)
  } finally {
    await file.close()
  }
}

type OpenFile = Awaited<ReturnType<typeof openNew>>

async function openNew(path: string) {
  const flags = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW
  try {
    return await open(path, flags, fileMode)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    await rm(path)
    return open(path, flags, fileMode)
  }
}

async function writeAll(file: OpenFile, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length;) {
    at += (await file.write(chunk, at, chunk.length - at)).bytesWritten
  }
}

/** Gives `action` the path of a file that does not exist yet, and removes the file afterwards. */
export async function withScratchFile<T>(
  folder: string,
  action: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, randomUUID())
  try {
    return await action(path)
  } finally {
    await rm(path, { force: true })
  }
}

/** The code of a system error, or null. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}
