import type { Application } from '../../../application/application.ts'
import { receiveFlowMessage } from '../../../application/flows/receive-flow-message.ts'
import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'

export const suspendEdcDataFlowHandler =
  (app: Application): EdcSignalingHandler<'suspendEdcDataFlow'> =>
  async ({ principal, path }) => {
    const message = { processId: path.id, messageId: undefined, dataAddress: null }
    await receiveFlowMessage(app, principal, 'suspend', message)
    return { status: 204 }
  }
