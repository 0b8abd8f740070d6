import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { endWorkspace } from '../../../application/workspaces/settle-workspace.ts'
import { showWorkspace } from '../../../application/workspaces/show-workspace.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const endWorkspaceHandler =
  (app: Application): ConsumerHandler<'endWorkspace'> =>
  async ({ principal, signal }) => {
    requireLive(principal)
    await app.database.transaction(async (tx) => {
      const workspace = await tx.workspaces.get({ id: principal.workspace.id })
      if (workspace !== undefined) await endWorkspace(app, tx, workspace, 'consumer')
    })
    return { status: 202, body: await showWorkspace(app, principal.workspace.id, signal) }
  }
