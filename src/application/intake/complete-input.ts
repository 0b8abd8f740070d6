import { ProblemError } from '../../domain/problem.ts'
import type { Input } from '../../domain/transfer.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { findInput, listDirectory } from './find-input.ts'
import { availableFile, isBeingWritten } from './input-writer.ts'
import { recordInputAvailable } from '../telling/record-change.ts'

export interface Completion {
  readonly bytes?: number | undefined
  readonly sha256?: string | undefined
}

/**
 * An input that was put by S3 is whole: a file, or everything below a directory. Checked against what is given, where
 * the digest is known. Throws `input-missing`, `length-mismatch`, `digest-mismatch`, `input-in-use`.
 */
export async function completeInput(
  app: Application,
  workspace: Workspace,
  name: string,
  given: Completion,
  signal: AbortSignal,
): Promise<Input> {
  const input =
    (await wholeFile(app, workspace, name, signal)) ??
    (await wholeDirectory(app, workspace, name, signal))
  if (input === undefined) {
    throw new ProblemError('input-missing', `There is nothing at inputs/${name}.`, {
      nextStep: 'Upload it, then complete it.',
    })
  }
  if (given.bytes !== undefined && given.bytes !== input.bytes) {
    throw new ProblemError(
      'length-mismatch',
      `${name} has ${input.bytes} bytes instead of ${given.bytes}.`,
    )
  }
  const expected = given.sha256?.toLowerCase()
  if (expected !== undefined && input.sha256 !== null && input.sha256 !== expected) {
    throw new ProblemError('digest-mismatch', `${name} has the SHA-256 ${input.sha256}.`)
  }
  await app.database.transaction(async (tx) => {
    const known = await tx.inputs.get({ workspaceId: workspace.id, name })
    if (known !== undefined && isBeingWritten(known, app.now())) {
      throw new ProblemError('input-in-use', `Bytes of ${name} are arriving.`)
    }
    await recordInputAvailable(app, tx, input)
  })
  return input
}

async function wholeFile(
  app: Application,
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<Input | undefined> {
  const found = await findInput(app, workspace, name, 'file', signal)
  const [object] = found?.objects ?? []
  if (found === null || object === undefined) return undefined
  const known = await app.database.read.inputs.get({ workspaceId: workspace.id, name })
  const origin = known?.etag === object.etag ? known.origin : { type: 's3' as const }
  const { bytes, sha256 } = found
  return availableFile(app, workspace.id, name, { bytes, sha256, etag: object.etag, origin })
}

async function wholeDirectory(
  app: Application,
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<Input | undefined> {
  const objects = await listDirectory(app, workspace.bucket, name, signal)
  if (objects.length === 0) return undefined
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0)
  const origin = { type: 's3' as const }
  const file = availableFile(app, workspace.id, name, { bytes, sha256: null, etag: null, origin })
  return { ...file, kind: 'directory', objects: objects.length }
}
