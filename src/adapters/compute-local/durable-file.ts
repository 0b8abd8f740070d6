import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { errorCode } from '../../staging/placed-file.ts'

const privateMode = 0o600

/** Writes a private file so that it is there whole, also after a crash: beside, synced, renamed, folder synced. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const beside = `${path}.${randomUUID()}`
  try {
    const file = await open(beside, 'wx', privateMode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Null: not there, or not what it should be (half of an older writer's state). */
export async function readDocument<T extends z.ZodType>(
  path: string,
  schema: T,
): Promise<z.output<T> | null> {
  const text = await readOrNull(path)
  if (text === null) return null
  try {
    const { success, data } = schema.safeParse(JSON.parse(text))
    return success ? data : null
  } catch {
    return null
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')) return null
    throw error
  }
}
