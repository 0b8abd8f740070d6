import {
  decideFlowMessage,
  isFinalFlow,
  type DataFlow,
  type DataFlowState,
} from '../../domain/data-flow.ts'
import { failure } from '../../domain/failure.ts'
import { isFinalTransfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { wakeProvision } from '../provisioning/wake-provision.ts'
import { changeTransfer } from '../telling/record-change.ts'
import { settleWorkspace } from '../workspaces/settle-workspace.ts'

export interface FlowChange {
  readonly endCause: DataFlow['endCause']
  readonly patch?: Partial<DataFlow>
}

/** Brings a flow into a state, with all that follows for its workspace or its transfer, in this transaction. */
export async function changeFlow(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
  to: DataFlowState,
  change: FlowChange,
): Promise<DataFlow> {
  const now = app.now()
  const final = isFinalFlow({ state: to })
  const ended = final
    ? { endedAt: now, endCause: change.endCause, deadline: null, completeAt: null }
    : {}
  const patch = { ...change.patch, ...ended, state: to }
  await tx.flows.update({ id: flow.id }, patch)
  await tx.work.schedule('flow', flow.id, now)
  await wakeProvision(app, tx, flow)
  const changed = { ...flow, ...patch }
  if (flow.side === 'provider') await settleWorkspace(app, tx, flow.workspaceId)
  else await settleTransfer(app, tx, changed)
  return changed
}

/** Ends a living flow as that message of its control plane does; one that has ended stays as it is. */
export async function endFlowAsBy(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
  message: 'completed' | 'terminate',
): Promise<void> {
  const decision = decideFlowMessage(flow.state, message)
  if (decision.kind !== 'change') return
  await changeFlow(app, tx, flow, decision.to, { endCause: 'control-plane' })
}

/** A third-party flow's transfer is paused, goes on, or ends with its flow. */
async function settleTransfer(app: Application, tx: Transaction, flow: DataFlow): Promise<void> {
  if (flow.transferId === null) return
  const transfer = await tx.transfers.get({ id: flow.transferId })
  if (transfer === undefined || isFinalTransfer(transfer)) return
  const now = app.now()
  await tx.work.schedule('transfer', transfer.id, now)
  if (!isFinalFlow(flow)) {
    await tx.transfers.update({ id: transfer.id }, { paused: flow.state === 'SUSPENDED' })
    return
  }
  if (flow.state === 'COMPLETED' && transfer.state !== 'EXPECTED') return
  await changeTransfer(app, tx, transfer, {
    state: 'FAILED',
    failure: failure('source-terminated', 'The transfer process ended before the data arrived.'),
    endedAt: now,
  })
}
