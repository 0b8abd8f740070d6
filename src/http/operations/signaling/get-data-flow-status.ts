import type { Application } from '../../../application/application.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { SignalingHandler } from '../../signaling-api.ts'

export const getDataFlowStatusHandler =
  (app: Application): SignalingHandler<'getDataFlowStatus'> =>
  async ({ principal, path }) => {
    const key = { controlPlaneId: principal.id, processId: path.id }
    const flow = await app.database.read.flows.first(key)
    if (flow === undefined) throw new ProblemError('not-found', 'There is no such data flow.')
    return { status: 200, body: { dataFlowId: flow.processId, state: flow.state } }
  }
