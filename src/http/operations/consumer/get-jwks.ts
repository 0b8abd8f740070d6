import type { Application } from '../../../application/application.ts'
import type { components } from '../../../generated/consumer.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

type KeySet = components['schemas']['KeySet']

export const getJwksHandler =
  (app: Application): ConsumerHandler<'getJwks'> =>
  async () =>
    Promise.resolve({ status: 200, body: app.signer.publicKeys() as unknown as KeySet })
