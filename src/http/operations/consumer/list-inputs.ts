import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { listInputs } from '../../../application/intake/list-inputs.ts'
import { inputRepresentation } from '../../../application/representations/transfer.ts'
import { untilReady } from '../../../application/workspaces/until-ready.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { pageOf } from '../../page-of.ts'

export const listInputsHandler =
  (app: Application): ConsumerHandler<'listInputs'> =>
  async ({ principal, query, signal }) => {
    requireLive(principal)
    const workspace = await untilReady(app, principal.workspace.id, signal)
    const inputs = await listInputs(app, workspace, signal)
    const page = pageOf(inputs, ({ name }) => name, query)
    return { status: 200, body: { items: page.items.map(inputRepresentation), next: page.next } }
  }
