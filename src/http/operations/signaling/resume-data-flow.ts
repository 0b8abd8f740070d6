import type { Application } from '../../../application/application.ts'
import { receiveFlowMessage } from '../../../application/flows/receive-flow-message.ts'
import { flowBody, givenMessageId } from '../../signaling-messages.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const resumeDataFlowHandler =
  (app: Application): SignalingHandler<'resumeDataFlow'> =>
  async ({ principal, path, body }) => {
    const status = await receiveFlowMessage(app, principal, 'resume', {
      processId: path.id,
      messageId: givenMessageId(body),
      dataAddress: body?.dataAddress ?? null,
    })
    if (status === undefined) throw new Error('a resume has a status')
    return { status: 200, body: flowBody(status) }
  }
