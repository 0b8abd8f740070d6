import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { completeInput } from '../../../application/intake/complete-input.ts'
import { inputRepresentation } from '../../../application/representations/transfer.ts'
import { untilReady } from '../../../application/workspaces/until-ready.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const completeInputHandler =
  (app: Application): ConsumerHandler<'completeInput'> =>
  async ({ principal, path, body, signal }) => {
    requireLive(principal)
    const workspace = await untilReady(app, principal.workspace.id, signal)
    const input = await completeInput(app, workspace, path.name, body ?? {}, signal)
    return { status: 200, body: inputRepresentation(input) }
  }
