import type { Application } from '../../../application/application.ts'
import { receiveTransferEvent } from '../../../application/intake/receive-transfer-event.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const receiveTransferEventHandler =
  (app: Application): ConsumerHandler<'receiveTransferEvent'> =>
  async ({ path, body }) => {
    const processId = body.payload?.['transferProcessId']
    const effect = await receiveTransferEvent(app, path.token, {
      type: body.type ?? '',
      transferProcessId: typeof processId === 'string' ? processId : null,
      dataAddress: body.payload?.['dataAddress'] ?? null,
    })
    return { status: 200, body: { effect } }
  }
