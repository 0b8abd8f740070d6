import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { checkInputPath } from '../../../application/intake/check-input-path.ts'
import { deleteInput } from '../../../application/intake/delete-input.ts'
import { untilReady } from '../../../application/workspaces/until-ready.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const deleteInputHandler =
  (app: Application): ConsumerHandler<'deleteInput'> =>
  async ({ principal, path, query, signal }) => {
    requireLive(principal)
    checkInputPath(query.path)
    const workspace = await untilReady(app, principal.workspace.id, signal)
    await deleteInput(app, workspace, path.name, query.path, signal)
    return { status: 204 }
  }
