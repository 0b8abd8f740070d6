import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { transferRepresentation } from '../../../application/representations/transfer.ts'
import { requestTransfer } from '../../../application/intake/request-transfer.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const createTransferHandler =
  (app: Application): ConsumerHandler<'createTransfer'> =>
  async ({ principal, body, headers }) => {
    requireLive(principal)
    const { input, bytes, sha256 } = body
    const source = 'source' in body ? body.source : undefined
    const waitSeconds = 'waitSeconds' in body ? body.waitSeconds : undefined
    const transfer = await requestTransfer(
      app,
      principal.workspace,
      { input, source, waitSeconds, bytes, sha256 },
      headers['idempotency-key'],
    )
    return {
      status: 201,
      headers: { location: `/v1/transfers/${transfer.id}` },
      body: transferRepresentation(app, transfer),
    }
  }
