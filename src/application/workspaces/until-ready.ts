import { ProblemError } from '../../domain/problem.ts'
import { hasEnded, type Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { requireLive, type Consumer } from '../access/authenticate-consumer.ts'

const longestWaitMs = 10_000

/**
 * The workspace once its bucket is there and the store lets consumers in. Waits at most ten seconds, then throws
 * `workspace-not-ready`; `workspace-suspended` or `workspace-ended` when it is that meanwhile.
 */
export async function untilReady(
  app: Application,
  workspaceId: string,
  signal: AbortSignal,
): Promise<Workspace> {
  const until = performance.now() + longestWaitMs
  for (;;) {
    const workspace = await app.database.read.workspaces.get({ id: workspaceId })
    if (workspace === undefined || hasEnded(workspace)) requireLive({ access: 'ended' })
    else if (workspace.state === 'SUSPENDED') requireLive({ access: 'suspended' })
    else if (workspace.state === 'READY' && workspace.storeAccess === 'open') return workspace
    if (performance.now() > until || signal.aborted) {
      throw new ProblemError(
        'workspace-not-ready',
        'The bucket of the workspace is not there yet.',
        {
          retryAfterSeconds: 5,
        },
      )
    }
    await app.changes.wait(workspaceId, 250, signal)
  }
}

/** The workspace of a caller who reads: as `untilReady`, or what is retained and reopened. */
export async function untilReadable(
  app: Application,
  { access, workspace }: Consumer,
  signal: AbortSignal,
): Promise<Workspace> {
  return access === 'reading' ? workspace : untilReady(app, workspace.id, signal)
}
