import type { Application } from '../../../application/application.ts'
import { showWorkspace } from '../../../application/workspaces/show-workspace.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

/** Also for the holder of a token of a suspended or ended workspace, until the token expires. */
export const getWorkspaceHandler =
  (app: Application): ConsumerHandler<'getWorkspace'> =>
  async ({ principal, signal }) => ({
    status: 200,
    body: await showWorkspace(app, principal.workspace.id, signal),
  })
