import type { Application } from '../application/application.ts'
import { isRecord } from '../domain/parameters-schema.ts'
import type { ServedExchange } from '../http/exchange.ts'

/** Notes what control planes ask the connector listener. Callers that no authentication knows are not noted. */
export const noteServed =
  (app: Application) =>
  ({ principal, durationMs, ...served }: ServedExchange): void => {
    const controlPlaneId = controlPlaneOf(principal)
    if (controlPlaneId === undefined) return
    const at = new Date(app.now().getTime() - durationMs)
    app.exchanges.note({ controlPlaneId, at, direction: 'in', durationMs, ...served })
  }

/** A control plane, or what belongs to one. */
function controlPlaneOf(principal: unknown): string | undefined {
  if (!isRecord(principal)) return undefined
  const id = 'participantContextId' in principal ? principal['id'] : principal['controlPlaneId']
  return typeof id === 'string' ? id : undefined
}
