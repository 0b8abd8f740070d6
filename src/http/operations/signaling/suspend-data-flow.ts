import type { Application } from '../../../application/application.ts'
import { receiveFlowMessage } from '../../../application/flows/receive-flow-message.ts'
import { givenMessageId } from '../../signaling-messages.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const suspendDataFlowHandler =
  (app: Application): SignalingHandler<'suspendDataFlow'> =>
  async ({ principal, path, body }) => {
    await receiveFlowMessage(app, principal, 'suspend', {
      processId: path.id,
      messageId: givenMessageId(body),
      dataAddress: null,
    })
    return { status: 200 }
  }
