import { dataAddress, type DataAddress } from '../../domain/data-address.ts'
import type { DataFlow, DataFlowState } from '../../domain/data-flow.ts'
import type { Application } from '../application.ts'
import { accessProperties } from '../access/issue-access.ts'
import { sinkToken, sinkUrl } from '../representations/transfer.ts'

/** DataFlowStatusMessage of Data Plane Signaling 1.5. */
export interface FlowStatus {
  readonly messageId: string
  readonly dataFlowId: string
  readonly state: DataFlowState
  readonly dataAddress?: DataAddress
  readonly error?: string
}

/**
 * The status of a flow in `state`, with the address where this side gives one: a started pull, a prepared push.
 * Secrets are made anew for each answer.
 */
export async function flowStatus(
  app: Application,
  flow: DataFlow,
  state: DataFlowState,
  messageId: string,
): Promise<FlowStatus> {
  const address = await flowAddress(app, flow, state)
  return {
    messageId,
    dataFlowId: flow.processId,
    state,
    ...(address === undefined ? {} : { dataAddress: address }),
  }
}

/** The state that the opening message was answered with: its repeat gets the same. */
export function openedState(flow: DataFlow): DataFlowState {
  if (flow.side === 'provider') return flow.asynchronous ? 'STARTING' : 'STARTED'
  return flow.asynchronous ? 'PREPARING' : 'PREPARED'
}

async function flowAddress(
  app: Application,
  flow: DataFlow,
  state: DataFlowState,
): Promise<DataAddress | undefined> {
  if (flow.side === 'provider') {
    if (flow.direction === 'push' || state !== 'STARTED') return undefined
    const properties = await accessProperties(app, flow)
    return dataAddress(flow.transferType, `${app.settings.consumerUrl}/v1`, properties)
  }
  if (flow.direction === 'pull' || flow.transferId === null || state === 'PREPARING')
    return undefined
  return dataAddress(flow.transferType, sinkUrl(app, flow.transferId), {
    authorization: sinkToken(app, flow.transferId),
    authType: 'bearer',
  })
}
