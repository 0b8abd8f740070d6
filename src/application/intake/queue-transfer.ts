import type { Transfer } from '../../domain/transfer.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { changeTransfer } from '../telling/record-change.ts'

/** Gives a waiting transfer its source: it is due now. One that has its source already takes the renewed address. */
export async function queueTransfer(
  app: Application,
  tx: Transaction,
  transfer: Transfer,
  source: Pick<Transfer, 'sealedSource' | 'sourceSummary'>,
): Promise<Transfer> {
  const now = app.now()
  const begins = transfer.state === 'EXPECTED'
  const expiresAt = secondsFrom(now, app.settings.transferSeconds)
  const patch = begins ? { ...source, state: 'QUEUED' as const, expiresAt } : source
  const changed = await changeTransfer(app, tx, transfer, patch)
  await tx.work.schedule('transfer', transfer.id, now)
  return changed
}
