import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'

/** Counts what the bucket holds and keeps it with the workspace. */
export async function measureWorkspace(
  app: Application,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Workspace> {
  const { objects, bytes } = await app.store.measure(workspace.bucket, signal)
  const measured = { storageBytes: bytes, storageObjects: objects, measuredAt: app.now() }
  await app.database.read.workspaces.update({ id: workspace.id }, measured)
  return { ...workspace, ...measured }
}
