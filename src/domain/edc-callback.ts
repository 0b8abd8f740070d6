import {
  decideUsual,
  delivered,
  retry,
  type DecideAnswer,
  type FlowCallback,
} from './flow-callback.ts'

/** There is none for `started`: the answer to `start` is all that this protocol has. */
export const edcCallbacksKnown: readonly FlowCallback[] = ['prepared', 'completed', 'errored']

/** The last segment of a callback's path in EDC's control API. */
export function edcCallbackName(callback: FlowCallback): string {
  switch (callback) {
    case 'prepared':
      return 'provisioned'
    case 'completed':
      return 'complete'
    case 'errored':
      return 'fail'
    case 'started':
      throw new Error('EDC has no callback for started')
  }
}

/** EDC names the state that stands in the way: "Could not execute CompleteTransferCommand on … because it's COMPLETED". */
const overThere = /because it's (?:COMPLET|TERMINAT|DEPROVISION)/

/**
 * EDC's signaling before Data Plane Signaling. A 409 passes: the transfer is not started yet, is suspended, or is being
 * worked on at this moment; unless it says that the transfer is over, which is what was to be told.
 */
export const decideEdcAnswer: DecideAnswer = (callback, { status, response }) => {
  if (status !== 409) return decideUsual(status)
  const ends = callback === 'completed' || callback === 'errored'
  return ends && overThere.test(response ?? '') ? delivered : retry
}
