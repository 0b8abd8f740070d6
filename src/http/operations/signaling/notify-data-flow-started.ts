import type { Application } from '../../../application/application.ts'
import { receiveFlowMessage } from '../../../application/flows/receive-flow-message.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const notifyDataFlowStartedHandler =
  (app: Application): SignalingHandler<'notifyDataFlowStarted'> =>
  async ({ principal, path, body }) => {
    await receiveFlowMessage(app, principal, 'started', {
      processId: path.id,
      messageId: body.messageId,
      dataAddress: body.dataAddress ?? null,
    })
    return { status: 200 }
  }
