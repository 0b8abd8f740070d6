import type { Application } from '../../../application/application.ts'
import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import { listInputs } from '../../../application/intake/list-inputs.ts'
import { inputRepresentation } from '../../../application/representations/transfer.ts'
import { untilReadable } from '../../../application/workspaces/until-ready.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { pageOf } from '../../page-of.ts'

export const listInputsHandler =
  (app: Application): ConsumerHandler<'listInputs'> =>
  async ({ principal, query, signal }) => {
    requireReadable(principal)
    const workspace = await untilReadable(app, principal, signal)
    const inputs = await listInputs(app, workspace, signal)
    const page = pageOf(inputs, ({ name }) => name, query)
    return { status: 200, body: { items: page.items.map(inputRepresentation), next: page.next } }
  }
