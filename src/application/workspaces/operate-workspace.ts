import { ProblemError } from '../../domain/problem.ts'
import { isOpen, type Workspace } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { endWorkspace, settleWorkspace } from './settle-workspace.ts'

/** A workspace as it is now. Throws `not-found`. */
export async function readWorkspace(
  tx: Pick<Transaction, 'workspaces'>,
  id: string,
): Promise<Workspace> {
  const workspace = await tx.workspaces.get({ id })
  if (workspace === undefined) throw new ProblemError('not-found', 'There is no such workspace.')
  return workspace
}

/** Access is refused until the operator resumes it, whatever the flows say. */
export const suspendWorkspace = (app: Application, id: string): Promise<Workspace> =>
  app.database.transaction((tx) => setSuspended(app, tx, id, true))

/** Takes back the operator's suspension; the flows decide again. */
export const resumeWorkspace = (app: Application, id: string): Promise<Workspace> =>
  app.database.transaction((tx) => setSuspended(app, tx, id, false))

async function setSuspended(
  app: Application,
  tx: Transaction,
  id: string,
  suspendedByOperator: boolean,
): Promise<Workspace> {
  const workspace = await readWorkspace(tx, id)
  if (!isOpen(workspace)) {
    throw new ProblemError('state-conflict', `The workspace is ${workspace.state}: it has ended.`)
  }
  await tx.workspaces.update({ id }, { suspendedByOperator })
  await settleWorkspace(app, tx, id)
  return readWorkspace(tx, id)
}

/** Ends it whatever its flows say. A repeat changes nothing. */
export const endWorkspaceByOperator = (app: Application, id: string): Promise<Workspace> =>
  app.database.transaction(async (tx) => {
    const workspace = await readWorkspace(tx, id)
    return endWorkspace(app, tx, workspace, 'operator')
  })

/** How much longer a reopened workspace is kept at least. */
const reopenedSeconds = 7 * 86_400

/**
 * Lets the consumer read what is retained, by the consumer API alone, and keeps it from now for the retention time, at
 * least a week. It stays RETAINED: no store session is issued and nothing runs. Throws `state-conflict` in every other state: before it, access is still open; after it,
 * the data are gone.
 */
export const reopenWorkspace = (app: Application, id: string): Promise<Workspace> =>
  app.database.transaction(async (tx) => {
    const workspace = await readWorkspace(tx, id)
    const { retainedUntil } = workspace.closing
    if (workspace.state !== 'RETAINED' || retainedUntil === undefined) {
      throw new ProblemError(
        'state-conflict',
        `The workspace is ${workspace.state}: only a retained one can be reopened.`,
      )
    }
    const seconds = Math.max(app.settings.retentionSeconds, reopenedSeconds)
    const until = secondsFrom(app.now(), seconds).toISOString()
    const later = until > retainedUntil ? until : retainedUntil
    const reopenedAt = workspace.closing.reopenedAt ?? app.now().toISOString()
    const closing = { ...workspace.closing, retainedUntil: later, reopenedAt }
    await tx.workspaces.update({ id }, { closing })
    await tx.work.schedule('workspace', id, app.now())
    return { ...workspace, closing }
  })
