import { httpPullProfile } from '../../domain/data-address.ts'
import {
  decideFlowMessage,
  type DataFlow,
  type DataFlowState,
  type FlowMessage,
} from '../../domain/data-flow.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { ProblemError } from '../../domain/problem.ts'
import { isRenewable } from '../../domain/source.ts'
import type { Transfer } from '../../domain/transfer.ts'
import { secondsFrom, type Application } from '../application.ts'
import { changeFlow } from './change-flow.ts'
import { flowStatus, type FlowStatus } from './flow-answer.ts'
import { completionTime } from './open-data-flow.ts'
import type { Transaction } from '../ports/database.ts'
import { queueTransfer } from '../intake/queue-transfer.ts'
import { sealSource } from '../intake/request-transfer.ts'

export interface FollowingMessage {
  readonly processId: string
  /** Undefined: the message carries none. */
  readonly messageId: string | undefined
  readonly dataAddress: unknown
}

const terminationRememberedSeconds = 3600

/**
 * `started`, `suspend`, `resume`, `terminate`, `completed` (Data Plane Signaling 1.3): has taken effect when it
 * returns. A message that was answered before has no second effect. Throws `not-found`, `state-conflict`, and
 * `invalid-request` for an address that the profile does not allow.
 */
export async function receiveFlowMessage(
  app: Application,
  controlPlane: ControlPlane,
  kind: FlowMessage,
  message: FollowingMessage,
): Promise<FlowStatus | undefined> {
  const flow = await app.database.read.flows.first({
    controlPlaneId: controlPlane.id,
    processId: message.processId,
  })
  const source =
    flow === undefined ? undefined : await givenSource(app, flow, kind, message.dataAddress)
  const after = await app.database.transaction(async (tx) => {
    if (await isRepeat(tx, controlPlane, kind, message)) return undefined
    return takeEffect(app, tx, controlPlane, kind, { message, source })
  })
  const current = after ?? flow
  if (kind !== 'resume' || current === undefined) return undefined
  const messageId = message.messageId ?? Buffer.from(app.randomBytes(16)).toString('hex')
  return flowStatus(app, current, 'STARTED', messageId)
}

type SealedSource = Pick<Transfer, 'sealedSource' | 'sourceSummary'>

/** The address of a third party's pull, checked and sealed before the transaction. */
async function givenSource(
  app: Application,
  flow: DataFlow,
  kind: FlowMessage,
  address: unknown,
): Promise<SealedSource | undefined> {
  const carries = kind === 'started' || kind === 'resume'
  if (!carries || flow.side !== 'consumer' || flow.direction !== 'pull') return undefined
  if (address === null || flow.transferId === null) return undefined
  if (kind === 'started' && flow.transferType === httpPullProfile && !isRenewable(address)) {
    throw new ProblemError(
      'invalid-request',
      'An address of this profile needs refreshToken, expiresIn and refreshEndpoint.',
    )
  }
  return sealSource(app, flow.transferId, address)
}

/** Whether this very message was answered before. `terminate` never fails, even with a messageId of another message. */
async function isRepeat(
  tx: Transaction,
  controlPlane: ControlPlane,
  kind: FlowMessage,
  message: FollowingMessage,
): Promise<boolean> {
  const { processId, messageId } = message
  if (messageId === undefined) return false
  const key = { controlPlaneId: controlPlane.id, processId, messageId }
  const noted = await tx.flowMessages.get(key)
  if (noted === undefined) return false
  if (noted.operation === kind) return true
  if (kind === 'terminate') return false
  throw new ProblemError('state-conflict', 'This messageId was used for another message.')
}

async function takeEffect(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  kind: FlowMessage,
  { message, source }: { message: FollowingMessage; source: SealedSource | undefined },
): Promise<DataFlow | undefined> {
  const key = { controlPlaneId: controlPlane.id, processId: message.processId }
  const flow = await tx.flows.first(key)
  const decision = decideFlowMessage(flow?.state, kind)
  switch (decision.kind) {
    case 'unknown':
      throw new ProblemError('not-found', 'There is no such data flow.')
    case 'conflict':
      throw new ProblemError(
        'state-conflict',
        `A data flow in state ${flow?.state ?? ''} takes no ${kind}.`,
      )
    case 'remember':
      await rememberTermination(app, tx, key)
      return undefined
    case 'unchanged':
      break
    case 'change':
      if (flow !== undefined) await applyChange(app, tx, flow, kind, decision.to)
  }
  if (flow === undefined) return undefined
  await noteMessage(app, tx, controlPlane, kind, message)
  if (source !== undefined) await giveSource(app, tx, flow, source)
  return tx.flows.get({ id: flow.id })
}

async function applyChange(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
  kind: FlowMessage,
  to: DataFlowState,
): Promise<void> {
  const now = app.now()
  const deadline = secondsFrom(now, app.settings.transferSeconds)
  const started =
    kind === 'started'
      ? { startedAt: now, deadline, completeAt: completionTime(app, flow.agreementId) }
      : {}
  await changeFlow(app, tx, flow, to, { endCause: 'control-plane', patch: started })
}

async function noteMessage(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  operation: FlowMessage,
  { processId, messageId }: FollowingMessage,
): Promise<void> {
  if (messageId === undefined) return
  await tx.flowMessages.insertIfAbsent({
    controlPlaneId: controlPlane.id,
    processId,
    messageId,
    operation,
    receivedAt: app.now(),
  })
}

async function rememberTermination(
  app: Application,
  tx: Transaction,
  key: { readonly controlPlaneId: string; readonly processId: string },
): Promise<void> {
  const until = secondsFrom(app.now(), terminationRememberedSeconds)
  if (await tx.rememberedTerminations.insertIfAbsent({ ...key, until })) return
  await tx.rememberedTerminations.update(key, { until })
}

/** The source of a third-party pull: the transfer begins, or goes on with a renewed token. */
async function giveSource(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
  source: SealedSource,
): Promise<void> {
  if (flow.transferId === null) return
  const transfer = await tx.transfers.get({ id: flow.transferId })
  if (transfer === undefined || transfer.endedAt !== null) return
  await queueTransfer(app, tx, transfer, source)
}
