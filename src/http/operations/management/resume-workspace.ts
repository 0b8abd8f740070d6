import type { Application } from '../../../application/application.ts'
import { operatedWorkspace } from '../../../application/workspaces/list-workspaces.ts'
import { resumeWorkspace } from '../../../application/workspaces/operate-workspace.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const resumeWorkspaceHandler =
  (app: Application): ManagementHandler<'resumeWorkspace'> =>
  async ({ path }) => {
    const workspace = await resumeWorkspace(app, path.workspaceId)
    return { status: 202, body: await operatedWorkspace(app, workspace) }
  }
