import type { Metrics } from '../application/ports/metrics.ts'
import type { HttpLog } from '../http/exchange.ts'

/** The log of the listeners, which also counts each request with its operation, status and time. */
export function createHttpLog(log: HttpLog, metrics: Metrics): HttpLog {
  return {
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    info: (fields, message) => {
      log.info(fields, message)
      if (message === 'request') countRequest(metrics, fields)
    },
  }
}

function countRequest(metrics: Metrics, fields: object): void {
  const named: Readonly<Record<string, unknown>> = { ...fields }
  const text = (field: string) => {
    const value = named[field]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const listener = text('listener')
  const operation = text('operationId')
  metrics.count('http_requests_total', { listener, operation, status: text('status') })
  const { ms } = named
  if (typeof ms === 'number') {
    metrics.observeSeconds('http_request_seconds', ms / 1000, { listener, operation })
  }
}
