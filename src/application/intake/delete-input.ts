import { inputKey } from '../../domain/bucket-layout.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { listDirectory } from './find-input.ts'
import { isBeingWritten, refusePinned } from './input-writer.ts'

/** Removes an input: its file, everything below it, or with `path` one file of it. Throws `not-found`, `input-in-use`. */
export async function deleteInput(
  app: Application,
  workspace: Workspace,
  name: string,
  path: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { bucket, id: workspaceId } = workspace
  await app.database.transaction(async (tx) => {
    await refusePinned(tx, workspaceId, name)
    const known = await tx.inputs.get({ workspaceId, name })
    const arriving = known !== undefined && isBeingWritten(known, app.now())
    if (arriving) throw new ProblemError('input-in-use', `Bytes of ${name} are arriving.`)
    if (known !== undefined && path === undefined) await tx.inputs.delete({ workspaceId, name })
  })
  const keys = path === undefined ? await keysOf(app, bucket, name, signal) : [inputKey(name, path)]
  const present =
    path === undefined || (await app.store.head(bucket, inputKey(name, path), signal)) !== null
  if (keys.length === 0 || !present) throw new ProblemError('not-found', 'There is no such input.')
  for (const key of keys) await app.store.delete(bucket, key, signal)
}

async function keysOf(app: Application, bucket: string, name: string, signal: AbortSignal) {
  const file = await app.store.head(bucket, inputKey(name), signal)
  const below = await listDirectory(app, bucket, name, signal)
  return [...(file === null ? [] : [file.key]), ...below.map(({ key }) => key)]
}
