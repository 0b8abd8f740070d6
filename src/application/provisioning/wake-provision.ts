import type { DataFlow } from '../../domain/data-flow.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'

/** What asked for a provisioned flow looks at it again. */
export async function wakeProvision(
  app: Application,
  tx: Transaction,
  { id, protocol }: Pick<DataFlow, 'id' | 'protocol'>,
): Promise<void> {
  if (protocol !== 'provisioner') return
  const request = await tx.provisionRequests.first({ flowId: id })
  if (request !== undefined) await tx.work.schedule('provision', request.id, app.now())
}
