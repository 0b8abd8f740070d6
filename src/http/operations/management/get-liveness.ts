import type { Application } from '../../../application/application.ts'
import type { ManagementHandler } from '../../management-api.ts'

/** How old the loop's last round may be. */
const maxSilenceMs = 30_000

export const getLivenessHandler =
  (app: Application, heartbeat: () => Date): ManagementHandler<'getLiveness'> =>
  () => {
    const lastPassAt = heartbeat()
    const alive = app.now().getTime() - lastPassAt.getTime() <= maxSilenceMs
    const body = { status: alive ? 'up' : 'down', lastPassAt: lastPassAt.toISOString() } as const
    return Promise.resolve({ status: alive ? 200 : 503, body })
  }
