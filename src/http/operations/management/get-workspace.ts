import type { Application } from '../../../application/application.ts'
import { operatedWorkspace } from '../../../application/workspaces/list-workspaces.ts'
import { readWorkspace } from '../../../application/workspaces/operate-workspace.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const getWorkspaceHandler =
  (app: Application): ManagementHandler<'getWorkspace'> =>
  async ({ path }) => {
    const workspace = await readWorkspace(app.database.read, path.workspaceId)
    return { status: 200, body: await operatedWorkspace(app, workspace) }
  }
