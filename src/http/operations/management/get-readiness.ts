import type { Readiness } from '../../../application/operating/check-readiness.ts'
import type { ManagementHandler } from '../../management-api.ts'

/** Only the database decides: a store that is down must not take signaling away. */
export const getReadinessHandler =
  (readiness: () => Promise<Readiness>): ManagementHandler<'getReadiness'> =>
  async () => {
    const found = await readiness()
    const ready = found.database === 'up'
    return { status: ready ? 200 : 503, body: { status: found.database, ...found } }
  }
