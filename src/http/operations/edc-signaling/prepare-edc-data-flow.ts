import type { Application } from '../../../application/application.ts'
import { prepareDataFlow } from '../../../application/flows/prepare-data-flow.ts'
import { openingReply, prepareMessage } from '../../edc-signaling-messages.ts'
import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'

export const prepareEdcDataFlowHandler =
  (app: Application): EdcSignalingHandler<'prepareEdcDataFlow'> =>
  async ({ principal, body }) =>
    openingReply(await prepareDataFlow(app, principal, prepareMessage(body, principal)), principal)
