import { setTimeout as delay } from 'node:timers/promises'
import type { Application } from '../../../application/application.ts'
import { startDataFlow } from '../../../application/flows/start-data-flow.ts'
import { flowReply, openingMessage } from '../../signaling-messages.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

/** The answer is held for `startDelayMs`: EDC loses transfers whose start is answered at once. */
export const startDataFlowHandler =
  (app: Application): SignalingHandler<'startDataFlow'> =>
  async ({ principal, body }) => {
    const held = delay(principal.startDelayMs)
    const status = await startDataFlow(app, principal, openingMessage(body))
    await held
    return flowReply(status)
  }
