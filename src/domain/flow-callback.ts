import type { DataFlowState } from './data-flow.ts'
import type { DeadReason, Delivery } from './delivery.ts'

/** What a control plane is told about a flow (Data Plane Signaling 1.4). */
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

const delivered: CallbackDecision = { kind: 'delivered' }
const retry: CallbackDecision = { kind: 'retry' }

/**
 * Whether a callback is still to be sent. `prepared` and `started` are not, once the flow has left the state that
 * they report: a later message of the control plane proves that they arrived, or that they do not matter any more.
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

/**
 * What an answer (null: none) means. A repeated `prepared` or `started` freezes the transfer in EDC, so a 409 ends
 * them; the others are harmless. A `completed` of a suspended flow is taken after its resume.
 */
export function decideAnswer(
  callback: FlowCallback,
  status: number | null,
  owedIn: Delivery['flowState'],
): CallbackDecision {
  if (status === null) return retry
  if (status >= 200 && status < 300) return delivered
  if (status === 409) return decideConflict(callback, owedIn)
  const mayPass = status === 401 || status === 404 || status === 429 || status >= 500
  return mayPass ? retry : { kind: 'dead', reason: 'refused' }
}

function decideConflict(callback: FlowCallback, owedIn: Delivery['flowState']): CallbackDecision {
  if (callback === 'errored') return delivered
  if (callback === 'completed') return owedIn === 'SUSPENDED' ? retry : delivered
  return { kind: 'dead', reason: 'refused' }
}
