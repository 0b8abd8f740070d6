import type { DataFlow } from '../../domain/data-flow.ts'
import { edcSinkProperties } from '../../domain/edc-address.ts'
import { decideEdcAnswer, edcCallbackName, edcCallbacksKnown } from '../../domain/edc-callback.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { sinkToken, sinkUrl } from '../representations/transfer.ts'
import type { CallbackProtocol, OwedCallback } from './callback-protocol.ts'
import { changeFlow } from './change-flow.ts'

/** Callbacks at EDC's control API, for its signaling before Data Plane Signaling. They are plain JSON, no JSON-LD. */
export const edcCallbacks: CallbackProtocol = {
  callbacks: edcCallbacksKnown,
  compose: (app, owed) => {
    const process = encodeURIComponent(owed.flow.processId)
    const name = edcCallbackName(owed.callback)
    return Promise.resolve({ path: `/transferprocess/${process}/${name}`, body: bodyOf(app, owed) })
  },
  decideAnswer: decideEdcAnswer,
  taken: async (app, tx, flow, callback) => {
    if (callback === 'prepared' && flow.state === 'PREPARED') await carryOn(app, tx, flow)
  },
}

function bodyOf(app: Application, { flow, callback, delivery }: OwedCallback): unknown {
  if (callback === 'errored') return { errorMessage: delivery.error ?? 'The data flow has failed.' }
  // EDC insists on a media type, so there is a body although nothing is to be said.
  if (callback !== 'prepared' || flow.transferId === null) return {}
  const { transferId } = flow
  return { properties: edcSinkProperties(sinkUrl(app, transferId), sinkToken(app, transferId)) }
}

/**
 * A prepared push goes on: this protocol has no `started`, so what shows that the connector has the address, the callback
 * that it took or bytes that arrive, starts the flow.
 */
export async function carryOn(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
): Promise<DataFlow> {
  const now = app.now()
  const patch = { startedAt: now, deadline: secondsFrom(now, app.settings.transferSeconds) }
  return changeFlow(app, tx, flow, 'STARTED', { endCause: null, patch })
}
