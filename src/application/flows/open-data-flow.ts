import { bounds } from '../../domain/bounds.ts'
import { answeredAt, answersLater, decideRepeat, type DataFlow } from '../../domain/data-flow.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { newId } from '../../domain/ids.ts'
import { ProblemError } from '../../domain/problem.ts'
import { secondsFrom, type Application } from '../application.ts'
import { changeFlow } from './change-flow.ts'
import type { OpeningMessage } from './opening-message.ts'
import type { Transaction } from '../ports/database.ts'

/**
 * The flow that an earlier copy of this message opened, or undefined when the process is new. Where messages have no id,
 * one for a suspended flow is its resume. Throws `state-conflict` for another message on an existing process, or a process
 * that was terminated before it began.
 */
export async function repeatedFlow(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  message: OpeningMessage,
  side: DataFlow['side'],
): Promise<DataFlow | undefined> {
  const key = { controlPlaneId: controlPlane.id, processId: message.processId }
  const flow = await tx.flows.first(key)
  if (flow !== undefined) {
    switch (decideRepeat(flow, { side, messageId: message.messageId }, app.now())) {
      case 'same':
        return flow
      case 'resume':
        return changeFlow(app, tx, flow, 'STARTED', { endCause: null })
      case 'conflict':
        throw new ProblemError('state-conflict', 'A data flow of this process exists already.')
    }
  }
  const remembered = await tx.rememberedTerminations.get(key)
  if (remembered !== undefined && remembered.until > app.now()) {
    throw new ProblemError('state-conflict', 'This process was terminated before it began.')
  }
  return undefined
}

export interface FlowWish {
  readonly side: DataFlow['side']
  readonly direction: DataFlow['direction']
  readonly workspaceId: string
  readonly transferId: string | null
  readonly sealedAddress: string | null
  readonly id: string
}

export const newFlowId = (app: Application) => newId('df', app.now(), app.randomBytes(10))

/** Inserts a new flow in its first state. */
export async function insertFlow(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  message: OpeningMessage,
  wish: FlowWish,
): Promise<DataFlow> {
  const now = app.now()
  const asynchronous =
    controlPlane.protocol === 'dps'
      ? app.conduct.asynchronous(message.agreementId)
      : answersLater(controlPlane.protocol, wish)
  const opened = wish.side === 'provider' ? 'STARTED' : 'PREPARED'
  const opening = wish.side === 'provider' ? 'STARTING' : 'PREPARING'
  const state = asynchronous ? opening : opened
  const flow: DataFlow = {
    ...wish,
    controlPlaneId: controlPlane.id,
    protocol: controlPlane.protocol,
    processId: message.processId,
    transferType: message.transferType,
    agreementId: message.agreementId,
    datasetId: message.datasetId,
    counterPartyId: message.counterPartyId,
    participantId: message.participantId,
    openingMessageId: message.messageId ?? '',
    state,
    stateReason: null,
    asynchronous,
    completeAt: state === 'STARTED' ? completionTime(app, message.agreementId) : null,
    createdAt: now,
    startedAt: state === 'STARTED' ? now : null,
    endedAt: null,
    endCause: null,
    // A provisioned flow lives until it is deprovisioned.
    deadline: controlPlane.protocol === 'provisioner' ? null : flowDeadline(app, wish),
    checkedAt: null,
    absentSince: null,
    absences: 0,
  }
  await tx.flows.insert(flow)
  await tx.work.schedule('flow', flow.id, now)
  if (controlPlane.managementUrl !== null)
    await tx.work.schedule('check', flow.id, firstCheckAt(app, flow, controlPlane))
  return flow
}

/** The agreement of a workspace is read soon; a third-party flow is looked up when its time comes. */
function firstCheckAt(app: Application, flow: DataFlow, controlPlane: ControlPlane): Date {
  if (flow.side === 'consumer') return secondsFrom(flow.createdAt, app.settings.recheckSeconds)
  const answered = answeredAt(flow, controlPlane).getTime()
  return new Date(answered + bounds.connectors.firstCheckMs)
}

/** When a flow that has just shown STARTED completes itself; null: never. */
export function completionTime(app: Application, agreementId: string): Date | null {
  const afterMs = app.conduct.completesAfterMs(agreementId)
  return afterMs === null ? null : new Date(app.now().getTime() + afterMs)
}

function flowDeadline(app: Application, { side, direction }: FlowWish): Date | null {
  const { preparedSeconds, pushSeconds } = app.settings
  const now = app.now().getTime()
  if (side === 'consumer') return new Date(now + preparedSeconds * 1000)
  return direction === 'push' ? new Date(now + pushSeconds * 1000) : null
}
