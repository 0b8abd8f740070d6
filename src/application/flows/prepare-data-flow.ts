import { inputNameFrom, inputNamePattern } from '../../domain/bucket-layout.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataFlow } from '../../domain/data-flow.ts'
import { newId } from '../../domain/ids.ts'
import { ProblemError } from '../../domain/problem.ts'
import { openKeyOf, openStates, type Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { newTransfer } from '../intake/create-transfer.ts'
import { flowStatus, openedState, type FlowStatus } from './flow-answer.ts'
import { joinWorkspace } from '../workspaces/join-workspace.ts'
import { insertFlow, newFlowId, repeatedFlow } from './open-data-flow.ts'
import { offeredDirection, type FlowTarget, type OpeningMessage } from './opening-message.ts'
import type { Transaction } from '../ports/database.ts'
import { tellTransfer } from '../telling/record-change.ts'

/**
 * `prepare` (Data Plane Signaling 1.3): third-party data will come into a workspace input. A push is answered with
 * the sink's address, or by a callback where the protocol wants it so. The target is named by `workspace` and `input`.
 */
export async function prepareDataFlow(
  app: Application,
  controlPlane: ControlPlane,
  message: OpeningMessage,
): Promise<FlowStatus> {
  const direction = offeredDirection(message.transferType)
  const input = targetInput(message)
  const flow = await app.database.transaction(async (tx) => {
    const repeated = await repeatedFlow(app, tx, controlPlane, message, 'consumer')
    return repeated ?? openFlow(app, tx, controlPlane, message, { direction, input })
  })
  return flowStatus(app, flow, openedState(flow), message.messageId ?? '')
}

function targetInput({ target, datasetId }: OpeningMessage): string {
  const named = target.input
  if (named === undefined) return inputNameFrom(datasetId)
  if (typeof named === 'string' && inputNamePattern.test(named)) return named
  throw wrongTarget(target, 'input', 'pattern', `must match ${inputNamePattern.source}`)
}

const wrongTarget = ({ pointer }: FlowTarget, name: string, code: string, detail: string) =>
  new ProblemError('invalid-request', `The target is not usable: ${name}.`, {
    errors: [{ pointer: `${pointer}/${name}`, code, detail }],
  })

async function openFlow(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  message: OpeningMessage,
  target: Pick<DataFlow, 'direction'> & { readonly input: string },
): Promise<DataFlow> {
  const workspace = await targetWorkspace(app, tx, controlPlane, message)
  const flowId = newFlowId(app)
  const transferId = newId('tr', app.now(), app.randomBytes(10))
  const transfer = newTransfer(app, {
    id: transferId,
    workspaceId: workspace.id,
    input: target.input,
    flowId,
    state: 'EXPECTED',
    waitSeconds: app.settings.transferSeconds,
  })
  await tx.transfers.insert(transfer)
  await tellTransfer(app, tx, transfer)
  await tx.work.schedule('transfer', transferId, transfer.expiresAt)
  return insertFlow(app, tx, controlPlane, message, {
    id: flowId,
    side: 'consumer',
    direction: target.direction,
    workspaceId: workspace.id,
    transferId,
    sealedAddress: null,
  })
}

/** By its id or its compute agreement, in the same participant context; else one of the data contract's own. */
async function targetWorkspace(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  message: OpeningMessage,
): Promise<Workspace> {
  const { participantContextId } = controlPlane
  const named = message.target.workspace
  if (named === undefined) {
    return joinWorkspace(app, tx, {
      participantContextId,
      agreementId: message.agreementId,
      participantId: message.counterPartyId,
      kind: 'data',
      services: [],
      pull: false,
    })
  }
  if (typeof named !== 'string') {
    throw wrongTarget(message.target, 'workspace', 'type', 'must be text')
  }
  const found =
    (await tx.workspaces.first({ id: named, participantContextId, state: { in: openStates } })) ??
    (await tx.workspaces.first({ openKey: openKeyOf(participantContextId, 'compute', named) }))
  if (found !== undefined) return found
  throw new ProblemError('not-found', 'There is no such workspace.')
}
