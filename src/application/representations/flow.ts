import type { DataFlow } from '../../domain/data-flow.ts'
import { isoOrNull } from './workspace.ts'

/** A data flow as operators see it: never its address. */
export function flowRepresentation(flow: DataFlow) {
  const endedBadly = flow.state === 'TERMINATED' && flow.endCause !== 'control-plane'
  return {
    id: flow.id,
    controlPlaneId: flow.controlPlaneId,
    processId: flow.processId,
    side: flow.side,
    direction: flow.direction,
    transferType: flow.transferType,
    state: flow.state,
    agreementId: flow.agreementId,
    datasetId: flow.datasetId,
    counterPartyId: flow.counterPartyId,
    workspaceId: flow.workspaceId,
    transferId: flow.transferId,
    error: endedBadly ? flow.endCause : null,
    createdAt: flow.createdAt.toISOString(),
    updatedAt: (flow.endedAt ?? flow.startedAt ?? flow.createdAt).toISOString(),
    endedAt: isoOrNull(flow.endedAt),
  }
}
