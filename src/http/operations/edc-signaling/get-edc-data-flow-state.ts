import type { Application } from '../../../application/application.ts'
import { edcContext } from '../../../domain/edc-address.ts'
import { ProblemError } from '../../../domain/problem.ts'
import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'

export const getEdcDataFlowStateHandler =
  (app: Application): EdcSignalingHandler<'getEdcDataFlowState'> =>
  async ({ principal, path }) => {
    const key = { controlPlaneId: principal.id, processId: path.id }
    const flow = await app.database.read.flows.first(key)
    if (flow === undefined) throw new ProblemError('not-found', 'There is no such data flow.')
    const body = { '@context': edcContext, '@type': 'DataFlowState', state: flow.state } as const
    return { status: 200, body }
  }
