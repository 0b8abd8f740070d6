import { ProblemError } from '../../domain/problem.ts'
import { isFinalTransfer, type Transfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'

/**
 * Asks a transfer to end. One that has ended, or is asked already, stays as it is. `workspaceId`: only a transfer of
 * this workspace is found. Throws `not-found`.
 */
export function cancelTransfer(
  app: Application,
  id: string,
  workspaceId?: string,
): Promise<Transfer> {
  return app.database.transaction(async (tx) => {
    const found = await tx.transfers.get({ id })
    if (found === undefined || (workspaceId !== undefined && found.workspaceId !== workspaceId)) {
      throw new ProblemError('not-found', 'There is no such transfer.')
    }
    if (isFinalTransfer(found) || found.cancelRequestedAt !== null) return found
    const cancelRequestedAt = app.now()
    await tx.transfers.update({ id }, { cancelRequestedAt })
    await tx.work.schedule('transfer', id, cancelRequestedAt)
    return { ...found, cancelRequestedAt }
  })
}
