import type { FlowConduct } from '../../src/application/flows/flow-conduct.ts'
import { asynchronous, completing } from './kit-case.ts'

/**
 * How a service under the kit behaves: as the agreement asks for it. A flow that completes itself does so later than
 * the kit, which looks every 100 ms, needs to see it STARTED.
 */
export const kitConduct: FlowConduct = {
  asynchronous: (agreementId) => agreementId === asynchronous,
  completesAfterMs: (agreementId) => (agreementId === completing ? 300 : null),
}
