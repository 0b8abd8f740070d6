import type { Exchange } from '../../domain/exchange.ts'

/** A message with a control plane as operators see it: its kept bodies as JSON. */
export const exchangeRepresentation = ({ request, response, at, ...exchange }: Exchange) => ({
  id: exchange.id,
  at: at.toISOString(),
  direction: exchange.direction,
  method: exchange.method,
  path: exchange.path,
  status: exchange.status,
  durationMs: exchange.durationMs,
  processId: exchange.processId,
  request: bodyOf(request),
  response: bodyOf(response),
})

const bodyOf = (kept: string | null): unknown => (kept === null ? null : JSON.parse(kept))
