import { requireReadable } from '../../../application/access/authenticate-consumer.ts'
import type { Application } from '../../../application/application.ts'
import { accessDocument } from '../../../application/access/issue-access.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const getAccessHandler =
  (app: Application): ConsumerHandler<'getAccess'> =>
  async ({ principal }) => {
    requireReadable(principal)
    const { workspace, processId, tokenExpiresAt } = principal
    const document = accessDocument(app, workspace, processId)
    const body = {
      ...document,
      services: [...document.services],
      expiresAt: tokenExpiresAt.toISOString(),
    }
    return Promise.resolve({ status: 200, body })
  }
