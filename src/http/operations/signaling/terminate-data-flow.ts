import type { Application } from '../../../application/application.ts'
import { receiveFlowMessage } from '../../../application/receive-flow-message.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const terminateDataFlowHandler =
  (app: Application): SignalingHandler<'terminateDataFlow'> =>
  async ({ principal, path, body }) => {
    await receiveFlowMessage(app, principal, 'terminate', {
      processId: path.id,
      messageId: body?.messageId ?? undefined,
      dataAddress: null,
    })
    return { status: 200 }
  }
