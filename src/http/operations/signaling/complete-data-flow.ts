import type { Application } from '../../../application/application.ts'
import { receiveFlowMessage } from '../../../application/flows/receive-flow-message.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

/** The message has no body, or `{}`. */
export const completeDataFlowHandler =
  (app: Application): SignalingHandler<'completeDataFlow'> =>
  async ({ principal, path }) => {
    const message = { processId: path.id, messageId: undefined, dataAddress: null }
    await receiveFlowMessage(app, principal, 'completed', message)
    return { status: 200 }
  }
