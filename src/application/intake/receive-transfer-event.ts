import { failure } from '../../domain/failure.ts'
import { ProblemError } from '../../domain/problem.ts'
import { isFinalTransfer, type Transfer } from '../../domain/transfer.ts'
import { hasEnded } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { queueTransfer } from './queue-transfer.ts'
import { changeTransfer } from '../telling/record-change.ts'
import { sealSource } from './request-transfer.ts'

/** An event of a connector about a transfer process, as EDC posts it. */
export interface ConnectorEvent {
  readonly type: string
  readonly transferProcessId: string | null
  readonly dataAddress: unknown
}

export type EventEffect = 'bound' | 'renewed' | 'failed' | 'none'

/**
 * An event on the callback address of an expectation. The first `TransferProcessStarted` with an address binds it to its
 * transfer process and the pull begins; the same process again renews its token; another is `state-conflict`.
 * `TransferProcessTerminated` of the bound process fails it. Everything else has no effect.
 */
export async function receiveTransferEvent(
  app: Application,
  token: string,
  event: ConnectorEvent,
): Promise<EventEffect> {
  const transferId = app.tokens.verify('callback', token)?.id
  const transfer =
    transferId === undefined ? undefined : await app.database.read.transfers.get({ id: transferId })
  if (transfer === undefined)
    throw new ProblemError('not-found', 'There is no such callback address.')
  const { transferProcessId: processId } = event
  if (processId === null) return 'none'
  if (event.type === 'TransferProcessTerminated') return terminate(app, transfer.id, processId)
  if (event.type !== 'TransferProcessStarted' || event.dataAddress === null) return 'none'
  refuseOther(transfer, processId)
  if (isFinalTransfer(transfer)) return 'none'
  const source = await sealSource(app, transfer.id, event.dataAddress)
  return app.database.transaction(async (tx) => {
    const current = await livingTransfer(tx, transfer.id)
    if (current === undefined) return 'none'
    refuseOther(current, processId)
    const again = current.boundProcessId === processId
    await tx.transfers.update({ id: current.id }, { boundProcessId: processId })
    await queueTransfer(app, tx, { ...current, boundProcessId: processId }, source)
    return again ? 'renewed' : 'bound'
  })
}

function refuseOther({ boundProcessId }: Transfer, processId: string): void {
  if (boundProcessId === null || boundProcessId === processId) return
  throw new ProblemError('state-conflict', 'The expectation is bound to another transfer process.')
}

async function livingTransfer(tx: Transaction, id: string): Promise<Transfer | undefined> {
  const transfer = await tx.transfers.get({ id })
  const workspace = transfer && (await tx.workspaces.get({ id: transfer.workspaceId }))
  if (transfer === undefined || workspace === undefined) return undefined
  return isFinalTransfer(transfer) || hasEnded(workspace) ? undefined : transfer
}

async function terminate(app: Application, id: string, processId: string): Promise<EventEffect> {
  return app.database.transaction(async (tx) => {
    const transfer = await livingTransfer(tx, id)
    if (transfer === undefined || transfer.boundProcessId !== processId) return 'none'
    await changeTransfer(app, tx, transfer, {
      state: 'FAILED',
      failure: failure('source-terminated', 'The transfer process was terminated.'),
      endedAt: app.now(),
    })
    await tx.work.schedule('transfer', id, app.now())
    return 'failed'
  })
}
