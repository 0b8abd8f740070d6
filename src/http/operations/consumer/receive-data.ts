import type { Application } from '../../../application/application.ts'
import { receiveData } from '../../../application/intake/receive-data.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { contentLength } from '../../body-facts.ts'
import type { ConsumerHandler } from '../../consumer-api.ts'
import { bodyOf } from '../../incoming-body.ts'

/** POST and PUT are the same: data planes use either. */
export const receiveDataHandler =
  (app: Application): ConsumerHandler<'receiveData'> =>
  async ({ principal, path, incoming, signal }) => {
    if (principal.transferId !== path.transferId) {
      throw new ProblemError('unauthenticated', 'The token opens another sink.')
    }
    const result = await receiveData(app, {
      transferId: path.transferId,
      body: bodyOf(incoming),
      bytes: contentLength(incoming),
      signal,
    })
    return { status: 200, body: result }
  }
