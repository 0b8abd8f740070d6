import type { Application } from '../../../application/application.ts'
import { refreshAccess, type ClientProof } from '../../../application/access/refresh-access.ts'
import { bearerToken } from '../../authentication.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const refreshTokenHandler =
  (app: Application, proof: ClientProof): ConsumerHandler<'refreshToken'> =>
  async ({ body, query, incoming }) => {
    const refreshToken = body?.refresh_token ?? query.refresh_token ?? ''
    const tokens = await refreshAccess(app, proof, refreshToken, bearerToken(incoming.headers))
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: tokens.accessToken,
        token_type: 'Bearer',
        expires_in: tokens.expiresInSeconds,
        refresh_token: tokens.refreshToken,
      },
    }
  }
