import type { Exchange } from '../../domain/exchange.ts'
import type { Application } from '../application.ts'
import { listPage, type Page } from '../page.ts'
import type { PageWish } from '../services/list-services.ts'
import { readControlPlane } from './save-control-plane.ts'

/** The last messages with a control plane, newest first. Throws `not-found`. */
export async function listExchanges(
  app: Application,
  controlPlaneId: string,
  {
    limit,
    cursor,
    processId,
  }: PageWish & {
    readonly processId?: string | undefined
  },
): Promise<Page<Exchange>> {
  await readControlPlane(app.database.read, controlPlaneId)
  const where = { controlPlaneId, ...(processId === undefined ? {} : { processId }) }
  return listPage(app.database.read.exchanges, { where, limit, cursor })
}
