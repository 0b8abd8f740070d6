import type { Application } from '../../../application/application.ts'
import { prepareDataFlow } from '../../../application/flows/prepare-data-flow.ts'
import { flowReply, openingMessage } from '../../signaling-messages.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const prepareDataFlowHandler =
  (app: Application): SignalingHandler<'prepareDataFlow'> =>
  async ({ principal, body }) =>
    flowReply(await prepareDataFlow(app, principal, openingMessage(body)))
