import type { DataFlowState } from './data-flow.ts'
import type { DeadReason, Delivery } from './delivery.ts'

/** What a control plane is told about a flow. Each protocol has its own message for it, or none. */
export type FlowCallback = 'prepared' | 'started' | 'completed' | 'errored'

/** The state that a callback reports. */
export const callbackState: Readonly<Record<FlowCallback, DataFlowState>> = {
  prepared: 'PREPARED',
  started: 'STARTED',
  completed: 'COMPLETED',
  errored: 'TERMINATED',
}

export const isFlowCallback = (text: string | null): text is FlowCallback =>
  text !== null && Object.hasOwn(callbackState, text)

export type CallbackDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'delivered' }
  | { readonly kind: 'dead'; readonly reason: DeadReason }

/** What came back of a callback. */
export interface CallbackAnswer {
  /** Null: no answer. */
  readonly status: number | null
  /** The beginning of the body. */
  readonly response: string | null
}

/** Judges the answer to a callback that became owed while its flow was in `owedIn`. */
export type DecideAnswer = (
  callback: FlowCallback,
  answer: CallbackAnswer,
  owedIn: Delivery['flowState'],
) => CallbackDecision

export const delivered: CallbackDecision = { kind: 'delivered' }
export const retry: CallbackDecision = { kind: 'retry' }
export const refused: CallbackDecision = { kind: 'dead', reason: 'refused' }

/**
 * Whether a callback is still to be sent. `prepared` and `started` are not, once the flow has left the state that
 * they report: what came later proves that they arrived, or that they do not matter any more.
 */
export function decideSending(
  callback: FlowCallback,
  flowState: DataFlowState,
  attempts: number,
): CallbackDecision {
  const once = callback === 'prepared' || callback === 'started'
  if (!once || flowState === callbackState[callback]) return { kind: 'send' }
  return attempts > 0 ? delivered : { kind: 'dead', reason: 'flow-moved-on' }
}

/** What every protocol makes of an answer, but for a 409: successes, what may pass by itself, and refusals. */
export function decideUsual(status: number | null): CallbackDecision {
  if (status === null) return retry
  if (status >= 200 && status < 300) return delivered
  const mayPass = status === 401 || status === 404 || status === 429 || status >= 500
  return mayPass ? retry : refused
}
