import { earlier, isOpen } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

/** A workspace never outlives its agreement: it ends then, without lingering, and warns as before any end. */
export async function learnAgreementEnd(
  app: Application,
  tx: Transaction,
  workspaceId: string,
  endsAt: Date,
): Promise<void> {
  const workspace = await tx.workspaces.get({ id: workspaceId })
  if (workspace === undefined || !isOpen(workspace)) return
  const expiresAt = earlier(workspace.expiresAt, endsAt)
  await tx.workspaces.update({ id: workspaceId }, { agreementEndsAt: endsAt, expiresAt })
  await tx.work.schedule('workspace', workspaceId, app.now())
}
