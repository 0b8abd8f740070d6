import { setTimeout as delay } from 'node:timers/promises'
import type { Application } from '../../../application/application.ts'
import { startDataFlow } from '../../../application/flows/start-data-flow.ts'
import { openingReply, startMessage } from '../../edc-signaling-messages.ts'
import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'

/** The answer is held for `startDelayMs`: EDC loses transfers whose start is answered at once. */
export const startEdcDataFlowHandler =
  (app: Application): EdcSignalingHandler<'startEdcDataFlow'> =>
  async ({ principal, body }) => {
    const held = delay(principal.startDelayMs)
    const status = await startDataFlow(app, principal, startMessage(body, principal))
    await held
    return openingReply(status, principal)
  }
