import type { Application } from '../../../application/application.ts'
import { operatedWorkspace } from '../../../application/workspaces/list-workspaces.ts'
import { suspendWorkspace } from '../../../application/workspaces/operate-workspace.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const suspendWorkspaceHandler =
  (app: Application): ManagementHandler<'suspendWorkspace'> =>
  async ({ path }) => {
    const workspace = await suspendWorkspace(app, path.workspaceId)
    return { status: 202, body: await operatedWorkspace(app, workspace) }
  }
