import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentCredentials, AttemptSpec } from '../../application/ports/compute-backend.ts'
import { sessionDocument } from '../../staging/credentials-file.ts'
import { errorCode } from '../../staging/placed-file.ts'
import { attemptFolder, folderName, type AttemptFolder } from './attempt-folder.ts'
import { syncFolder, writeDurably } from './durable-file.ts'
import { localTask } from './local-task.ts'

const privateFolder = 0o700
export const unfinishedPrefix = '.new-'

/** Makes the attempt's folder complete beside and renames it into place; there already: nothing changes. */
export async function makeAttempt(directory: string, spec: AttemptSpec): Promise<AttemptFolder> {
  const folder = attemptFolder(join(directory, folderName(spec)))
  const beside = attemptFolder(join(directory, `${unfinishedPrefix}${randomUUID()}`))
  await mkdir(beside.path, { recursive: true, mode: privateFolder })
  try {
    for (const path of [beside.root, beside.home, beside.temporary, beside.scratch, beside.logs]) {
      await mkdir(path, { mode: privateFolder })
    }
    await writeFile(beside.lock, '', { mode: 0o600 })
    const task = localTask(spec, folder, randomUUID())
    await writeDurably(beside.task, JSON.stringify(task))
    await writeCredentials(beside, spec.credentials)
    await rename(beside.path, folder.path)
    await syncFolder(directory)
  } catch (error) {
    await rm(beside.path, { recursive: true, force: true })
    if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error
  }
  return folder
}

export async function writeCredentials(
  folder: AttemptFolder,
  credentials: AgentCredentials,
): Promise<void> {
  await writeDurably(folder.credentials, JSON.stringify(sessionDocument(credentials)))
}
