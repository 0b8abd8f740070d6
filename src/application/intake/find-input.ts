import { inputDirectoryPrefix, inputKey } from '../../domain/bucket-layout.ts'
import type { InputKind } from '../../domain/compute-service.ts'
import { FailureError } from '../../domain/failure.ts'
import type { PinnedInput, PinnedObject } from '../../domain/job.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { availableFile, isBeingWritten } from './input-writer.ts'
import { recordInputAvailable } from '../telling/record-change.ts'

/** At most this many objects below one directory input. */
export const maxDirectoryObjects = 10_000

/**
 * What an input holds right now, to be pinned; null while it is not there. A file is there when its object is, a
 * directory when it was completed. Throws `FailureError` `directory-refused` beyond 10,000 objects.
 */
export async function findInput(
  app: Application,
  workspace: Workspace,
  name: string,
  kind: InputKind,
  signal: AbortSignal,
): Promise<PinnedInput | null> {
  const known = await app.database.read.inputs.get({ workspaceId: workspace.id, name })
  if (kind === 'directory') {
    if (known?.state !== 'AVAILABLE' || known.kind !== 'directory') return null
    const objects = await listDirectory(app, workspace.bucket, name, signal)
    const bytes = objects.reduce((sum, object) => sum + object.bytes, 0)
    return { input: name, bytes, sha256: null, objects }
  }
  const arriving = known?.state === 'UPLOADING' && isBeingWritten(known, app.now())
  if (arriving) return null
  const key = inputKey(name)
  const info = await app.store.head(workspace.bucket, key, signal)
  if (info === null) return null
  const sha256 = known?.etag === info.etag ? known.sha256 : info.sha256
  return {
    input: name,
    bytes: info.bytes,
    sha256,
    objects: [{ key, etag: info.etag, bytes: info.bytes }],
  }
}

/** Every object below a directory input, in byte order of their keys. */
export async function listDirectory(
  app: Application,
  bucket: string,
  name: string,
  signal: AbortSignal,
): Promise<readonly PinnedObject[]> {
  const objects: PinnedObject[] = []
  const prefix = inputDirectoryPrefix(name)
  let after: string | undefined
  for (;;) {
    const page = await app.store.list(
      bucket,
      after === undefined ? { prefix } : { prefix, after },
      signal,
    )
    objects.push(...page.objects.map(({ key, etag, bytes }) => ({ key, etag, bytes })))
    if (objects.length > maxDirectoryObjects) {
      throw new FailureError(
        'directory-refused',
        `${name} has more than ${maxDirectoryObjects} objects.`,
      )
    }
    if (page.next === null) return objects
    after = page.next
  }
}

/** A file that was put by S3 becomes an input when it is first seen. Null: there is no such object. */
export async function discoverFile(
  app: Application,
  workspace: Workspace,
  name: string,
  signal: AbortSignal,
): Promise<PinnedInput | null> {
  const found = await findInput(app, workspace, name, 'file', signal)
  if (found === null) return null
  const [object] = found.objects
  await app.database.transaction(async (tx) => {
    const known = await tx.inputs.get({ workspaceId: workspace.id, name })
    if (known?.etag === object?.etag && known?.state === 'AVAILABLE') return
    if (known !== undefined && isBeingWritten(known, app.now())) return
    const content = {
      bytes: found.bytes,
      sha256: found.sha256,
      etag: object?.etag ?? null,
      origin: { type: 's3' as const },
    }
    await recordInputAvailable(app, tx, availableFile(app, workspace.id, name, content))
  })
  return found
}
