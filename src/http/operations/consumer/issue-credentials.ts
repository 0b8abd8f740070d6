import type { Application } from '../../../application/application.ts'
import { requireLive } from '../../../application/access/authenticate-consumer.ts'
import { issueCredentials } from '../../../application/access/issue-credentials.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'

export const issueCredentialsHandler =
  (app: Application): ConsumerHandler<'issueCredentials'> =>
  async ({ principal, body, signal }) => {
    requireLive(principal)
    const access = body?.purpose ?? 'read-write'
    const credentials = await issueCredentials(
      app,
      principal,
      access,
      body?.durationSeconds,
      signal,
    )
    return { status: 200, headers: { 'cache-control': 'no-store' }, body: credentials }
  }
