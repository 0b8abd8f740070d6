import { randomUUID } from 'node:crypto'
import { chmod, lstat, opendir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '../../staging/placed-file.ts'

export const removedPrefix = '.removed-'
const ownerMode = 0o700

/** Takes the folder's name away first, so that it is gone at once, then deletes it whatever modes lie inside. */
export async function removeFolder(path: string): Promise<void> {
  const removed = join(dirname(path), `${removedPrefix}${basename(path)}-${randomUUID()}`)
  try {
    await rename(path, removed)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  await deleteTree(removed)
}

/** Already gone: success. */
export async function deleteTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) throw error
    await openUp(path)
    await rm(path, { recursive: true, force: true })
  }
}

/** Gives the owner every right to every folder; links are not followed. */
async function openUp(root: string): Promise<void> {
  const folders = [root]
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    await chmod(path, ownerMode)
    for await (const entry of await opendir(path)) {
      const below = join(path, entry.name)
      if ((await lstat(below)).isDirectory()) folders.push(below)
    }
  }
}
