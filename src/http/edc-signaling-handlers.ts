import type { Application } from '../application/application.ts'
import type { EdcSignalingHandlers } from './edc-signaling-api.ts'
import { checkEdcDataPlaneHandler } from './operations/edc-signaling/check-edc-data-plane.ts'
import { getEdcDataFlowStateHandler } from './operations/edc-signaling/get-edc-data-flow-state.ts'
import { openEdcDataFlowHandler } from './operations/edc-signaling/open-edc-data-flow.ts'
import { prepareEdcDataFlowHandler } from './operations/edc-signaling/prepare-edc-data-flow.ts'
import { receiveConnectorEventHandler } from './operations/edc-signaling/receive-connector-event.ts'
import { receiveNamedConnectorEventHandler } from './operations/edc-signaling/receive-named-connector-event.ts'
import { startEdcDataFlowHandler } from './operations/edc-signaling/start-edc-data-flow.ts'
import { suspendEdcDataFlowHandler } from './operations/edc-signaling/suspend-edc-data-flow.ts'
import { terminateEdcDataFlowHandler } from './operations/edc-signaling/terminate-edc-data-flow.ts'

/** Every operation of EDC's signaling before Data Plane Signaling. */
export function edcSignalingHandlers(app: Application): EdcSignalingHandlers {
  return {
    openEdcDataFlow: openEdcDataFlowHandler(app),
    startEdcDataFlow: startEdcDataFlowHandler(app),
    prepareEdcDataFlow: prepareEdcDataFlowHandler(app),
    checkEdcDataPlane: checkEdcDataPlaneHandler(),
    suspendEdcDataFlow: suspendEdcDataFlowHandler(app),
    terminateEdcDataFlow: terminateEdcDataFlowHandler(app),
    getEdcDataFlowState: getEdcDataFlowStateHandler(app),
    receiveConnectorEvent: receiveConnectorEventHandler(app),
    receiveNamedConnectorEvent: receiveNamedConnectorEventHandler(app),
  }
}
