import type { Application } from '../../../application/application.ts'
import { parkedRepresentation } from '../../../application/operating/parked-representation.ts'
import { retryParked } from '../../../application/operating/retry-parked.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const retryParkedHandler =
  (app: Application): ManagementHandler<'retryParked'> =>
  async ({ path }) => {
    const parked = await retryParked(app, path.parkedId)
    return { status: 202, body: await parkedRepresentation(app, parked) }
  }
