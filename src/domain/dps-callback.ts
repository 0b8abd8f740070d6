import { decideUsual, delivered, refused, retry, type DecideAnswer } from './flow-callback.ts'

/**
 * Data Plane Signaling. A repeated `prepared` or `started` freezes the transfer in EDC, so a 409 ends them; the others are
 * harmless. A `completed` of a suspended flow is taken after its resume.
 */
export const decideDpsAnswer: DecideAnswer = (callback, { status }, owedIn) => {
  if (status !== 409) return decideUsual(status)
  switch (callback) {
    case 'errored':
      return delivered
    case 'completed':
      return owedIn === 'SUSPENDED' ? retry : delivered
    case 'prepared':
    case 'started':
      return refused
  }
}
