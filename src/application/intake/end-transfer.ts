import { inputKey } from '../../domain/bucket-layout.ts'
import { failure, keepsParts, type Failure } from '../../domain/failure.ts'
import { isFinalTransfer, type Transfer } from '../../domain/transfer.ts'
import { hasEnded, type Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import type { Records, Transaction } from '../ports/database.ts'
import { againAt, done, type Outcome, type Pass } from '../reconciler.ts'
import { changeTransfer } from '../telling/record-change.ts'
import { partsKeptUntil } from './kept-parts.ts'
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
  await abortUnfinished(app, pass, transfer, workspace)
  await pass.record((tx) => recordEnd(app, tx, transfer, ending))
  return againAt(app.now())
}

/** A message of the control plane may end a transfer while a pass is at it: that is final. */
export async function hasEndedMeanwhile(tx: Records, { id }: Transfer): Promise<boolean> {
  const current = await tx.transfers.get({ id })
  return current === undefined || isFinalTransfer(current)
}

/** Removes what is left of a transfer that a message of the control plane ended, and wakes the flow of any. */
export async function finishEnded(
  app: Application,
  pass: Pass,
  transfer: Transfer,
  workspace: Workspace,
): Promise<Outcome> {
  const { id, workspaceId, input, sealedSource, uploadId, flowId } = transfer
  const keptUntil = hasEnded(workspace) ? null : partsKeptUntil(transfer)
  if (keptUntil !== null && keptUntil > app.now()) return againAt(keptUntil)
  const leftovers = sealedSource !== null || uploadId !== null
  const removed = workspace.state === 'DELETED'
  if (leftovers && !removed) await abortUnfinished(app, pass, transfer, workspace)
  if (!leftovers && flowId === null) return done
  await pass.record(async (tx) => {
    await wakeFlow(app, tx, transfer)
    if (!leftovers) return
    await tx.transfers.update({ id }, { sealedSource: null, uploadId: null, stateReason: null })
    await tx.transferParts.deleteWhere({ transferId: id })
    await releaseInput(tx, workspaceId, input, id)
  })
  return done
}

async function abortUnfinished(
  app: Application,
  pass: Pass,
  { input, uploadId }: Transfer,
  { bucket }: Workspace,
): Promise<void> {
  if (uploadId === null) return
  await app.store.abortUpload(bucket, inputKey(input), uploadId, pass.signal)
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
  // Without a strong validator they are of no use: `finishEnded` removes them.
  const kept = ending.failure !== null && keepsParts(ending.failure)
  const cleared = { sealedSource: null, stateReason: null, endedAt: app.now() }
  const upload = kept ? {} : { uploadId: null }
  await changeTransfer(app, tx, current, { ...cleared, ...upload, ...ending })
  if (!kept) await tx.transferParts.deleteWhere({ transferId: transfer.id })
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
