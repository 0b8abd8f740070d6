import { bounds } from '../../domain/bounds.ts'
import type { Delivery, DeliveryAttempt } from '../../domain/delivery.ts'
import { FailureError } from '../../domain/failure.ts'
import { retryAfterSeconds } from '../../domain/retry-schedule.ts'
import type { Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import type { OutboundRequest } from '../ports/outbound.ts'

/** What came of one request. */
export interface AttemptResult {
  readonly at: Date
  /** Null: no answer. */
  readonly status: number | null
  readonly durationMs: number
  readonly response: string | null
  readonly error: string | null
  /** What `Retry-After` asks for; 0: nothing. */
  readonly retryAfterSeconds: number
}

export const isSuccess = ({ status }: Pick<AttemptResult, 'status'>) =>
  status !== null && status >= 200 && status < 300

/** One POST, but for what is the same for all of them. */
export type PreparedRequest = Omit<OutboundRequest, 'method' | 'maxResponseBytes'>

/**
 * Sends one POST. What the other side does, or that it does nothing, is a result; it throws only when `signal` ends.
 * `prepare` composes the request; a failure of it counts as an attempt too.
 */
export async function attemptRequest(
  app: Application,
  signal: AbortSignal,
  prepare: () => Promise<PreparedRequest>,
): Promise<AttemptResult> {
  const at = app.now()
  const begun = performance.now()
  const durationMs = () => Math.round(performance.now() - begun)
  try {
    const request = await prepare()
    const answer = await app.outbound.send(
      { ...request, method: 'POST', maxResponseBytes: bounds.telling.responseBytes },
      signal,
    )
    return {
      at,
      status: answer.status,
      durationMs: durationMs(),
      response: plainText(answer.body),
      error: null,
      retryAfterSeconds: retryAfterSeconds(answer.headers['retry-after'], app.now()),
    }
  } catch (cause) {
    signal.throwIfAborted()
    const error = publicError(app, cause)
    return {
      at,
      status: null,
      durationMs: durationMs(),
      response: null,
      error,
      retryAfterSeconds: 0,
    }
  }
}

/** Without control characters: what is kept is shown in terminals and pages. */
const plainText = (text: string) => text.replaceAll(/\p{C}+/gu, ' ').trim()

function publicError(app: Application, cause: unknown): string {
  if (cause instanceof FailureError) return `${cause.failure.code}: ${cause.failure.message}`
  app.log.error({ error: String(cause) }, 'a delivery could not be sent')
  return 'internal'
}

/** Notes an attempt and what it makes of its delivery, in the transaction of the pass. */
export async function recordAttempt(
  app: Application,
  tx: Transaction,
  delivery: Delivery,
  { at, status, durationMs, response, error }: AttemptResult,
  patch: Pick<Delivery, 'state'> & Partial<Delivery>,
): Promise<void> {
  const number = delivery.attempts + 1
  const attempt: DeliveryAttempt = {
    deliveryId: delivery.id,
    number,
    at,
    status,
    durationMs,
    response,
    error,
  }
  await tx.deliveryAttempts.insert(attempt)
  await tx.deliveries.update({ id: delivery.id }, { attempts: number, ...settled(app, patch) })
  app.metrics.count('delivery_attempts_total', { kind: delivery.kind, state: patch.state })
}

/** A delivery that is over is due no more. */
export function settled<Patch extends Pick<Delivery, 'state'> & Partial<Delivery>>(
  app: Application,
  patch: Patch,
) {
  return patch.state === 'PENDING' ? patch : { ...patch, nextAttemptAt: null, endedAt: app.now() }
}
