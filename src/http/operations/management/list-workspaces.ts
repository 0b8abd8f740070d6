import type { Application } from '../../../application/application.ts'
import {
  listWorkspaces,
  operatedWorkspace,
} from '../../../application/workspaces/list-workspaces.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listWorkspacesHandler =
  (app: Application): ManagementHandler<'listWorkspaces'> =>
  async ({ query }) => {
    const { items, next } = await listWorkspaces(app, query)
    const shown = await Promise.all(items.map((workspace) => operatedWorkspace(app, workspace)))
    return { status: 200, body: { items: shown, next } }
  }
