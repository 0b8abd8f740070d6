import type { Application } from '../application/application.ts'
import { createReadiness } from '../application/operating/check-readiness.ts'
import type { ConnectorPlace } from '../application/control-planes/control-plane-rules.ts'
import type { ManagementHandlers } from './management-api.ts'
import { cancelJobHandler } from './operations/management/cancel-job.ts'
import { closeWorkspaceHandler } from './operations/management/close-workspace.ts'
import { createControlPlaneHandler } from './operations/management/create-control-plane.ts'
import { createServiceHandler } from './operations/management/create-service.ts'
import { deleteControlPlaneHandler } from './operations/management/delete-control-plane.ts'
import { deleteServiceHandler } from './operations/management/delete-service.ts'
import { getControlPlaneHandler } from './operations/management/get-control-plane.ts'
import { getJobHandler } from './operations/management/get-job.ts'
import { getLivenessHandler } from './operations/management/get-liveness.ts'
import { getMetricsHandler } from './operations/management/get-metrics.ts'
import { getReadinessHandler } from './operations/management/get-readiness.ts'
import { getServiceHandler } from './operations/management/get-service.ts'
import { getTransferHandler } from './operations/management/get-transfer.ts'
import { getWorkspaceHandler } from './operations/management/get-workspace.ts'
import { importServiceHandler } from './operations/management/import-service.ts'
import { listControlPlanesHandler } from './operations/management/list-control-planes.ts'
import { listDeliveriesHandler } from './operations/management/list-deliveries.ts'
import { listFlowsHandler } from './operations/management/list-flows.ts'
import { listJobsHandler } from './operations/management/list-jobs.ts'
import { listParkedHandler } from './operations/management/list-parked.ts'
import { listReportsHandler } from './operations/management/list-reports.ts'
import { listServiceVersionsHandler } from './operations/management/list-service-versions.ts'
import { listServicesHandler } from './operations/management/list-services.ts'
import { listTransfersHandler } from './operations/management/list-transfers.ts'
import { listWorkspacesHandler } from './operations/management/list-workspaces.ts'
import { pauseServiceHandler } from './operations/management/pause-service.ts'
import { redeliverHandler } from './operations/management/redeliver.ts'
import { reopenWorkspaceHandler } from './operations/management/reopen-workspace.ts'
import { replaceControlPlaneHandler } from './operations/management/replace-control-plane.ts'
import { replaceServiceHandler } from './operations/management/replace-service.ts'
import { resumeServiceHandler } from './operations/management/resume-service.ts'
import { resumeWorkspaceHandler } from './operations/management/resume-workspace.ts'
import { retryParkedHandler } from './operations/management/retry-parked.ts'
import { suspendWorkspaceHandler } from './operations/management/suspend-workspace.ts'
import { testControlPlaneHandler } from './operations/management/test-control-plane.ts'
import { unregisterDataPlaneHandler } from './operations/management/unregister-data-plane.ts'

export interface ManagementOptions {
  /** When the background loop last came round. */
  readonly heartbeat: () => Date
  /** The metrics in Prometheus' text format. */
  readonly metricsText: () => Promise<string>
  readonly connectorPlace: ConnectorPlace
}

/** The handler of every operation of the management API. */
export const managementHandlers = (
  app: Application,
  options: ManagementOptions,
): ManagementHandlers => ({
  cancelJob: cancelJobHandler(app),
  closeWorkspace: closeWorkspaceHandler(app),
  createControlPlane: createControlPlaneHandler(app, options.connectorPlace),
  createService: createServiceHandler(app),
  deleteControlPlane: deleteControlPlaneHandler(app),
  deleteService: deleteServiceHandler(app),
  getControlPlane: getControlPlaneHandler(app),
  getJob: getJobHandler(app),
  getLiveness: getLivenessHandler(app, options.heartbeat),
  getMetrics: getMetricsHandler(options.metricsText),
  getReadiness: getReadinessHandler(createReadiness(app)),
  getService: getServiceHandler(app),
  getTransfer: getTransferHandler(app),
  getWorkspace: getWorkspaceHandler(app),
  importService: importServiceHandler(app),
  listControlPlanes: listControlPlanesHandler(app),
  listDeliveries: listDeliveriesHandler(app),
  listFlows: listFlowsHandler(app),
  listJobs: listJobsHandler(app),
  listParked: listParkedHandler(app),
  listReports: listReportsHandler(app),
  listServiceVersions: listServiceVersionsHandler(app),
  listServices: listServicesHandler(app),
  listTransfers: listTransfersHandler(app),
  listWorkspaces: listWorkspacesHandler(app),
  pauseService: pauseServiceHandler(app),
  redeliver: redeliverHandler(app),
  reopenWorkspace: reopenWorkspaceHandler(app),
  replaceControlPlane: replaceControlPlaneHandler(app, options.connectorPlace),
  replaceService: replaceServiceHandler(app),
  resumeService: resumeServiceHandler(app),
  resumeWorkspace: resumeWorkspaceHandler(app),
  retryParked: retryParkedHandler(app),
  suspendWorkspace: suspendWorkspaceHandler(app),
  testControlPlane: testControlPlaneHandler(app),
  unregisterDataPlane: unregisterDataPlaneHandler(app),
})
