import type { Application } from '../../../application/application.ts'
import { parkedRepresentation } from '../../../application/operating/parked-representation.ts'
import { listParked } from '../../../application/operating/retry-parked.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listParkedHandler =
  (app: Application): ManagementHandler<'listParked'> =>
  async ({ query }) => {
    const { kind } = query
    const kinds = kind === 'delivery' ? (['delivery', 'callback'] as const) : kind && [kind]
    const { items, next } = await listParked(app, kinds, query)
    const shown = await Promise.all(items.map((parked) => parkedRepresentation(app, parked)))
    return { status: 200, body: { items: shown, next } }
  }
