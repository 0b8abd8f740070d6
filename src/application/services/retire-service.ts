import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { readService, refuseManagedByFile, type ServiceView } from './save-service.ts'

/**
 * Removes a service that nothing has used; one that a job or a living workspace names is retired: no new job can use
 * it. Null: it is gone. Throws `not-found`, `managed-by-file`.
 */
export async function deleteService(
  app: Application,
  tx: Transaction,
  id: string,
): Promise<ServiceView | null> {
  refuseManagedByFile((await readService(tx, id)).service)
  return removeService(app, tx, id)
}

/** The same for a service whose file is gone: nothing manages it any more but the API. */
export async function removeService(
  app: Application,
  tx: Transaction,
  id: string,
): Promise<ServiceView | null> {
  const { service, version } = await readService(tx, id)
  if (!(await isUsed(tx, id))) {
    await tx.serviceVersions.deleteWhere({ serviceId: id })
    await tx.services.delete({ id })
    return null
  }
  const now = app.now()
  const retiredAt = service.retiredAt ?? now
  const patch = { retiredAt, managedBy: 'api', updatedAt: now } as const
  await tx.services.update({ id }, patch)
  await tx.serviceVersions.updateWhere({ serviceId: id, retiredAt: null }, { retiredAt })
  return { service: { ...service, ...patch }, version: { ...version, retiredAt } }
}

async function isUsed(tx: Transaction, id: string): Promise<boolean> {
  if ((await tx.jobs.first({ serviceId: id })) !== undefined) return true
  const living = await tx.workspaces.list({ where: { state: { notIn: ['DELETED'] } } })
  return living.some(({ services }) => services.includes(id))
}
