import type { Application } from '../application/application.ts'
import type { SignalingHandlers } from './signaling-api.ts'
import { completeDataFlowHandler } from './operations/signaling/complete-data-flow.ts'
import { deregisterControlPlaneHandler } from './operations/signaling/deregister-control-plane.ts'
import { getDataFlowStatusHandler } from './operations/signaling/get-data-flow-status.ts'
import { notifyDataFlowStartedHandler } from './operations/signaling/notify-data-flow-started.ts'
import { prepareDataFlowHandler } from './operations/signaling/prepare-data-flow.ts'
import { registerControlPlaneHandler } from './operations/signaling/register-control-plane.ts'
import { resumeDataFlowHandler } from './operations/signaling/resume-data-flow.ts'
import { startDataFlowHandler } from './operations/signaling/start-data-flow.ts'
import { suspendDataFlowHandler } from './operations/signaling/suspend-data-flow.ts'
import { terminateDataFlowHandler } from './operations/signaling/terminate-data-flow.ts'

/** Every operation of the signaling API. */
export function signalingHandlers(app: Application): SignalingHandlers {
  return {
    prepareDataFlow: prepareDataFlowHandler(app),
    startDataFlow: startDataFlowHandler(app),
    notifyDataFlowStarted: notifyDataFlowStartedHandler(app),
    suspendDataFlow: suspendDataFlowHandler(app),
    resumeDataFlow: resumeDataFlowHandler(app),
    terminateDataFlow: terminateDataFlowHandler(app),
    completeDataFlow: completeDataFlowHandler(app),
    getDataFlowStatus: getDataFlowStatusHandler(app),
    registerControlPlane: registerControlPlaneHandler(app),
    deregisterControlPlane: deregisterControlPlaneHandler(app),
  }
}
