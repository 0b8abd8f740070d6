import type { Application } from '../../../application/application.ts'
import { operatedWorkspace } from '../../../application/workspaces/list-workspaces.ts'
import { reopenWorkspace } from '../../../application/workspaces/operate-workspace.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const reopenWorkspaceHandler =
  (app: Application): ManagementHandler<'reopenWorkspace'> =>
  async ({ path }) => {
    const workspace = await reopenWorkspace(app, path.workspaceId)
    return { status: 202, body: await operatedWorkspace(app, workspace) }
  }
