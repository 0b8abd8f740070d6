import type { Application } from '../../../application/application.ts'
import { operatedWorkspace } from '../../../application/workspaces/list-workspaces.ts'
import { endWorkspaceByOperator } from '../../../application/workspaces/operate-workspace.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const closeWorkspaceHandler =
  (app: Application): ManagementHandler<'closeWorkspace'> =>
  async ({ path }) => {
    const workspace = await endWorkspaceByOperator(app, path.workspaceId)
    return { status: 202, body: await operatedWorkspace(app, workspace) }
  }
