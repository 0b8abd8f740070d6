import type { Delivery } from '../../domain/delivery.ts'
import { decideDpsAnswer } from '../../domain/dps-callback.ts'
import { callbackState } from '../../domain/flow-callback.ts'
import type { Application } from '../application.ts'
import type { CallbackProtocol } from './callback-protocol.ts'
import { flowStatus } from './flow-answer.ts'

/**
 * Callbacks of Data Plane Signaling 1.4. Addresses and secrets are made when they are sent; a `messageId` is its own for
 * each try, and the same when a try is repeated after a crash.
 */
export const dpsCallbacks: CallbackProtocol = {
  callbacks: ['prepared', 'started', 'completed', 'errored'],
  compose: async (app, { delivery, flow, callback }) => {
    const messageId = messageIdOf(app, delivery)
    const status = await flowStatus(app, flow, callbackState[callback], messageId)
    return {
      path: `/transfers/${encodeURIComponent(flow.processId)}/dataflow/${callback}`,
      body: delivery.error === null ? status : { ...status, error: delivery.error },
    }
  },
  decideAnswer: decideDpsAnswer,
}

/** A UUID (version 8: made of a digest) of this try. */
function messageIdOf(app: Application, { id, attempts }: Delivery): string {
  const digest = app.sha256Hex(`${id}/${attempts + 1}`)
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`]
  return [...parts, `a${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-')
}
