import { inputKey } from '../../domain/bucket-layout.ts'
import { failure, type Failure } from '../../domain/failure.ts'
import { isFinalTransfer, type Transfer } from '../../domain/transfer.ts'
import { hasEnded, type Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { againAt, type Outcome, type Pass } from '../reconciler.ts'
import { changeTransfer } from '../telling/record-change.ts'
import { releaseInput } from './input-writer.ts'

export type Ending = { readonly state: 'FAILED' | 'CANCELLED'; readonly failure: Failure | null }

/** Why a transfer has to end now: its workspace's end, a cancel, its time limit. */
export function endingOf(
  app: Application,
  transfer: Transfer,
  workspace: Workspace,
): Ending | undefined {
  if (hasEnded(workspace)) {
    return { state: 'FAILED', failure: failure('workspace-ended', 'The workspace has ended.') }
  }
  if (transfer.cancelRequestedAt !== null) return { state: 'CANCELLED', failure: null }
  if (transfer.expiresAt > app.now()) return undefined
  const message = 'The data did not arrive within the time limit.'
  return { state: 'FAILED', failure: failure('input-timeout', message) }
}

/** Ends it, and removes its unfinished upload. */
export async function endTransfer(
  app: Application,
  pass: Pass,
  transfer: Transfer,
  workspace: Workspace,
  ending: Ending,
): Promise<Outcome> {
  if (transfer.uploadId !== null) {
    const key = inputKey(transfer.input)
    await app.store.abortUpload(workspace.bucket, key, transfer.uploadId, pass.signal)
  }
  await pass.record((tx) => recordEnd(app, tx, transfer, ending))
  return againAt(app.now())
}

/** Records the end once, and gives back the input. */
export async function recordEnd(
  app: Application,
  tx: Transaction,
  transfer: Transfer,
  ending: Ending,
): Promise<void> {
  const current = await tx.transfers.get({ id: transfer.id })
  if (current === undefined || isFinalTransfer(current)) return
  const cleared = { sealedSource: null, uploadId: null, stateReason: null, endedAt: app.now() }
  await changeTransfer(app, tx, current, { ...cleared, ...ending })
  await tx.transferParts.deleteWhere({ transferId: transfer.id })
  await releaseInput(tx, transfer.workspaceId, transfer.input, transfer.id)
  await wakeFlow(app, tx, transfer)
}

/** The flow of a third party's transfer looks at it. */
export async function wakeFlow(
  app: Application,
  tx: Transaction,
  transfer: Transfer,
): Promise<void> {
  if (transfer.flowId !== null) await tx.work.schedule('flow', transfer.flowId, app.now())
}
