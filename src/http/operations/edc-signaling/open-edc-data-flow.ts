import type { Application } from '../../../application/application.ts'
import { isProvisionMessage } from '../../edc-signaling-messages.ts'
import type { EdcSignalingHandler } from '../../edc-signaling-api.ts'
import { prepareEdcDataFlowHandler } from './prepare-edc-data-flow.ts'
import { startEdcDataFlowHandler } from './start-edc-data-flow.ts'

/** Up to EDC 0.14 there is one path for both messages. */
export const openEdcDataFlowHandler = (
  app: Application,
): EdcSignalingHandler<'openEdcDataFlow'> => {
  const start = startEdcDataFlowHandler(app)
  const prepare = prepareEdcDataFlowHandler(app)
  return (request) => (isProvisionMessage(request.body) ? prepare(request) : start(request))
}
