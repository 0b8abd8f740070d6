import { inputNamePattern, inputsPrefix } from '../../domain/bucket-layout.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Input } from '../../domain/transfer.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { discoverFile } from './find-input.ts'
import { recordInputAvailable } from '../telling/record-change.ts'
import { availableFile, isBeingWritten } from './input-writer.ts'

/** Every input of the workspace, newest first; files that were put by S3 are found here. */
export async function listInputs(
  app: Application,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<readonly Input[]> {
  if (workspace.state === 'READY') await discoverFiles(app, workspace, signal)
  const inputs = await app.database.read.inputs.list({
    where: { workspaceId: workspace.id },
    orderBy: 'updatedAt',
    descending: true,
  })
  return inputs
}

/** Looks through the first thousand keys below `inputs/` for files that nobody announced. */
async function discoverFiles(
  app: Application,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<void> {
  const { objects } = await app.store.list(workspace.bucket, { prefix: inputsPrefix }, signal)
  const files = objects.flatMap((object) => {
    const name = object.key.slice(inputsPrefix.length)
    return inputNamePattern.test(name) ? [{ name, object }] : []
  })
  if (files.length === 0) return
  await app.database.transaction(async (tx) => {
    const known = await tx.inputs.list({ where: { workspaceId: workspace.id } })
    const byName = new Map(known.map((input) => [input.name, input]))
    for (const { name, object } of files) {
      const input = byName.get(name)
      if (input?.etag === object.etag) continue
      if (input !== undefined && isBeingWritten(input, app.now())) continue
      const { bytes, etag, sha256 } = object
      const content = { bytes, etag, sha256, origin: { type: 's3' as const } }
      await recordInputAvailable(app, tx, availableFile(app, workspace.id, name, content))
    }
  })
}

/** An input that is there. Throws `not-found`. */
export async function getInput(
  app: Application,
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<Input> {
  const key = { workspaceId: workspace.id, name }
  const known = await app.database.read.inputs.get(key)
  if (known !== undefined && known.kind === 'directory') return known
  await discoverFile(app, workspace, name, signal)
  const input = await app.database.read.inputs.get(key)
  if (input !== undefined) return input
  throw new ProblemError('not-found', 'There is no such input.')
}
