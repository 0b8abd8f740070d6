import type { Application } from '../../../application/application.ts'
import { listFlows } from '../../../application/operating/list-operated.ts'
import { flowRepresentation } from '../../../application/representations/flow.ts'
import type { ManagementHandler } from '../../management-api.ts'

export const listFlowsHandler =
  (app: Application): ManagementHandler<'listFlows'> =>
  async ({ query }) => {
    const state = query.state?.filter((one) => one !== 'INITIALIZED')
    const { items, next } = await listFlows(app, { ...query, state })
    return { status: 200, body: { items: items.map(flowRepresentation), next } }
  }
