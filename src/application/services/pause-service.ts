import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { readService, type ServiceView } from './save-service.ts'

/** New and waiting jobs of the service wait; running ones go on. Also for services that come from a file. */
export const pauseService = (app: Application, id: string) =>
  app.database.transaction((tx) => setPaused(app, tx, id, true))

/** Waiting jobs go on. */
export const resumeService = (app: Application, id: string) =>
  app.database.transaction((tx) => setPaused(app, tx, id, false))

async function setPaused(
  app: Application,
  tx: Transaction,
  id: string,
  paused: boolean,
): Promise<ServiceView> {
  const { service, version } = await readService(tx, id)
  if (service.paused === paused) return { service, version }
  const patch = { paused, updatedAt: app.now() }
  await tx.services.update({ id }, patch)
  const waiting = await tx.jobs.list({
    where: { serviceId: id, state: { in: ['WAITING_FOR_INPUTS', 'QUEUED'] } },
  })
  for (const job of waiting) await tx.work.schedule('job', job.id, app.now())
  return { service: { ...service, ...patch }, version }
}
