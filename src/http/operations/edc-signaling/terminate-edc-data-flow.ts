import type { Application } from '../../../application/application.ts'
import { receiveFlowMessage } from '../../../application/flows/receive-flow-message.ts'
import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'

/** It never fails, and never says why it came. */
export const terminateEdcDataFlowHandler =
  (app: Application): EdcSignalingHandler<'terminateEdcDataFlow'> =>
  async ({ principal, path }) => {
    const message = { processId: path.id, messageId: undefined, dataAddress: null }
    await receiveFlowMessage(app, principal, 'terminate', message)
    return { status: 204 }
  }
