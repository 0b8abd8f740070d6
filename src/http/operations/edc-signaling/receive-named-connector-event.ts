import type { Application } from '../../../application/application.ts'
import { receiveConnectorEvent } from '../../../application/control-planes/receive-connector-event.ts'
import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'
import { ownConnectorEvent } from '../../edc-events.ts'

export const receiveNamedConnectorEventHandler =
  (app: Application): EdcSignalingHandler<'receiveNamedConnectorEvent'> =>
  async ({ path, body }) => {
    await receiveConnectorEvent(app, path.token, ownConnectorEvent(body))
    return { status: 200 }
  }
