import { randomUUID } from 'node:crypto'
import { openingBody } from './control-plane-under-test.ts'
import type { Ids } from './two-agreements.ts'

/** How an operation is called with the names, ids and tokens of an agreement, and what comes back. */
export interface Entry {
  /** For the path's parameters; names that are fields of `Ids` need no entry. */
  readonly path?: (ids: Ids) => Readonly<Record<string, string>>
  readonly query?: (ids: Ids) => Readonly<Record<string, string>>
  readonly body?: (ids: Ids, own: Ids) => unknown
  readonly headers?: (ids: Ids) => Readonly<Record<string, string>>
  /** With the own credential. */
  readonly own: number
  /** With the credential of another agreement; null where nothing in the request names an agreement. */
  readonly foreign: number | null
  /** The request that another agreement makes, where the token in the request is itself the credential. */
  readonly foreignPath?: (ids: Ids) => Readonly<Record<string, string>>
  readonly foreignBody?: (ids: Ids, own: Ids) => unknown
  /** Calls with a higher number come later; 0 when left out. */
  readonly turn?: number
}

export type Table = Readonly<Record<string, Entry>>

const inputName = { path: (ids: Ids) => ({ name: ids.input }) }
const cursor = (id: string) => Buffer.from(id).toString('base64url')
const message = () => ({ messageId: randomUUID() })
const once = (ids: Ids) => ({ 'idempotency-key': ids.idempotencyKey })

const event = (type: string) => ({
  id: 'event',
  at: 1,
  type,
  payload: {
    transferProcessId: 'tp-1',
    dataAddress: { properties: { type: 'HttpData', endpoint: 'http://127.0.0.1:1/x' } },
  },
})

/** Every operation of the consumer API. */
export const consumerTable: Table = {
  getAccess: { own: 200, foreign: null },
  getWorkspace: { own: 200, foreign: null },
  endWorkspace: { own: 202, foreign: null, turn: 3 },
  listServices: {
    query: ({ serviceId }) => ({ cursor: cursor(serviceId) }),
    own: 200,
    foreign: 400,
  },
  getService: { own: 200, foreign: 404 },
  issueCredentials: { own: 200, foreign: null },
  refreshToken: {
    body: ({ refreshToken }) => `grant_type=refresh_token&refresh_token=${refreshToken}`,
    foreignBody: ({ accessToken }) => `grant_type=refresh_token&refresh_token=${accessToken}`,
    headers: () => ({ 'content-type': 'application/x-www-form-urlencoded' }),
    own: 200,
    foreign: 401,
  },
  listInputs: { query: ({ input }) => ({ cursor: cursor(input) }), own: 200, foreign: 400 },
  putInput: { ...inputName, body: () => 'other bytes', own: 200, foreign: 201, turn: 1 },
  getInput: {
    path: ({ directory }) => ({ name: directory }),
    query: ({ file }) => ({ path: file }),
    own: 200,
    foreign: 404,
  },
  headInput: { path: ({ pulledInput }) => ({ name: pulledInput }), own: 200, foreign: 404 },
  deleteInput: {
    path: ({ pulledInput }) => ({ name: pulledInput }),
    own: 204,
    foreign: 404,
    turn: 1,
  },
  completeInput: {
    path: ({ directory }) => ({ name: directory }),
    body: () => ({}),
    own: 200,
    foreign: 409,
  },
  createTransfer: {
    body: ({ pulledInput }) => ({ input: pulledInput, expect: true }),
    own: 201,
    foreign: 201,
  },
  listTransfers: { query: ({ pulledInput }) => ({ input: pulledInput }), own: 200, foreign: 200 },
  getTransfer: { own: 200, foreign: 404 },
  cancelTransfer: {
    path: ({ expectationId }) => ({ transferId: expectationId }),
    own: 202,
    foreign: 404,
    turn: 1,
  },
  submitJob: {
    body: ({ input, order }, { serviceId }) => ({
      serviceId,
      labels: { order },
      inputs: { 'in.txt': input },
    }),
    headers: once,
    own: 201,
    foreign: 409,
  },
  listJobs: {
    query: ({ order, jobId }) => ({ label: `order:${order}`, cursor: cursor(jobId) }),
    own: 200,
    foreign: 200,
  },
  getJob: { own: 200, foreign: 404 },
  cancelJob: {
    path: ({ waitingJobId }) => ({ jobId: waitingJobId }),
    own: 202,
    foreign: 404,
    turn: 1,
  },
  getJobLogs: { own: 200, foreign: 404 },
  listOutputs: { own: 200, foreign: 404 },
  getOutput: { path: ({ jobId }) => ({ jobId, name: 'out.txt' }), own: 200, foreign: 404 },
  getManifest: { own: 200, foreign: 404 },
  listEvents: { query: ({ jobId }) => ({ subject: `jobs/${jobId}` }), own: 200, foreign: 200 },
  createSubscription: {
    body: () => ({ url: 'http://127.0.0.1:1/hook' }),
    own: 201,
    foreign: 201,
  },
  listSubscriptions: {
    query: ({ subscriptionId }) => ({ cursor: cursor(subscriptionId) }),
    own: 200,
    foreign: 200,
  },
  getSubscription: { own: 200, foreign: 404 },
  updateSubscription: { body: () => ({ description: 'mine' }), own: 200, foreign: 404 },
  deleteSubscription: { own: 204, foreign: 404, turn: 1 },
  listDeliveries: { own: 200, foreign: 404 },
  redeliver: { own: 202, foreign: 404 },
  testSubscription: { own: 202, foreign: 404 },
  rotateSubscriptionSecret: { own: 200, foreign: 404 },
  recoverSubscription: { body: () => ({ after: '0' }), own: 202, foreign: 404 },
  receiveTransferEvent: {
    path: ({ callbackToken }) => ({ token: callbackToken }),
    foreignPath: ({ sinkToken }) => ({ token: sinkToken }),
    body: () => event('TransferProcessCompleted'),
    foreignBody: () => event('TransferProcessStarted'),
    own: 200,
    foreign: 404,
  },
  receiveData: {
    path: ({ expectationId }) => ({ transferId: expectationId }),
    body: () => 'delivered',
    own: 200,
    foreign: 401,
  },
  receiveDataPut: {
    path: ({ expectationId }) => ({ transferId: expectationId }),
    body: () => 'delivered',
    own: 200,
    foreign: 401,
  },
  getDeletionReport: {
    path: ({ reportToken }) => ({ token: reportToken }),
    foreignPath: ({ callbackToken }) => ({ token: callbackToken }),
    own: 200,
    foreign: 404,
    turn: 4,
  },
  getJwks: { own: 200, foreign: null },
}

const flow = { path: ({ processId }: Ids) => ({ id: processId }), body: message }

/** Every operation of the signaling API. */
export const signalingTable: Table = {
  prepareDataFlow: {
    body: ({ workspaceId }) =>
      openingBody({ metadata: { workspace: workspaceId, input: 'theirs' } }),
    own: 200,
    foreign: 404,
  },
  startDataFlow: {
    body: ({ agreementId, serviceId }) => openingBody({ agreementId, datasetId: serviceId }),
    foreignBody: ({ processId, agreementId }, { serviceId }) =>
      openingBody({ messageId: 'same', processId, agreementId, datasetId: serviceId }),
    own: 200,
    foreign: 200,
    turn: 1,
  },
  notifyDataFlowStarted: {
    path: ({ preparedProcessId }) => ({ id: preparedProcessId }),
    body: message,
    own: 200,
    foreign: 404,
  },
  suspendDataFlow: { ...flow, own: 200, foreign: 404 },
  resumeDataFlow: { ...flow, own: 200, foreign: 404 },
  terminateDataFlow: { ...flow, own: 200, foreign: 200, turn: 2 },
  completeDataFlow: {
    path: ({ preparedProcessId }) => ({ id: preparedProcessId }),
    body: message,
    own: 200,
    foreign: 200,
  },
  getDataFlowStatus: { path: ({ processId }) => ({ id: processId }), own: 200, foreign: 404 },
  registerControlPlane: {
    body: ({ controlPlaneId }, { callbackUrl }) => ({
      controlplaneId: controlPlaneId,
      endpoint: callbackUrl,
    }),
    own: 200,
    foreign: 404,
  },
  deregisterControlPlane: {
    path: ({ controlPlaneId }) => ({ id: controlPlaneId }),
    own: 204,
    foreign: 404,
    turn: 2,
  },
}

const managedService = (id: string) => ({
  id,
  title: 'made',
  worker: { image: 'registry.example.com/made:1' },
})
const managedPlane = (id: string) => ({
  id,
  protocol: 'dps',
  inbound: { type: 'api-key', key: randomUUID() },
})
const made = {
  path: () => ({ serviceId: 'made', controlPlaneId: 'made' }),
  foreignPath: ({ serviceId, controlPlaneId }: Ids) => ({ serviceId, controlPlaneId }),
}
const open = { own: 200, foreign: 200 }
const seen = { own: 200, foreign: 401 }
const taken = { own: 202, foreign: 401 }

/** Every operation of the management API: agreements have no credential for any of them. */
export const managementTable: Table = {
  getLiveness: open,
  getReadiness: open,
  getMetrics: seen,
  listServices: seen,
  createService: { body: () => managedService('made'), own: 201, foreign: 401, turn: -1 },
  importService: {
    body: () => ({ service_id: 'imported', workflow_resource: { worker_image: 'old:1' } }),
    own: 201,
    foreign: 401,
  },
  getService: seen,
  replaceService: { ...made, body: () => managedService('made'), ...seen },
  deleteService: { ...made, own: 204, foreign: 401, turn: 1 },
  listServiceVersions: seen,
  pauseService: { ...made, ...seen },
  resumeService: { ...made, ...seen },
  listControlPlanes: seen,
  createControlPlane: { body: () => managedPlane('made'), own: 201, foreign: 401, turn: -1 },
  getControlPlane: seen,
  replaceControlPlane: { ...made, body: () => managedPlane('made'), ...seen },
  deleteControlPlane: { ...made, own: 204, foreign: 401, turn: 1 },
  testControlPlane: seen,
  connectControlPlane: { ...made, ...seen },
  listExchanges: seen,
  unregisterDataPlane: { ...made, ...seen },
  listWorkspaces: { query: ({ agreementId }) => ({ agreementId }), ...seen },
  getWorkspace: seen,
  suspendWorkspace: taken,
  resumeWorkspace: taken,
  closeWorkspace: { ...taken, turn: 1 },
  reopenWorkspace: { ...taken, turn: 2 },
  listFlows: { query: ({ processId }) => ({ processId }), ...seen },
  listJobs: { query: ({ order }) => ({ label: `order:${order}` }), ...seen },
  getJob: seen,
  cancelJob: { path: ({ waitingJobId }) => ({ jobId: waitingJobId }), ...taken, turn: 1 },
  listTransfers: { query: ({ pulledInput }) => ({ input: pulledInput }), ...seen },
  getTransfer: seen,
  listDeliveries: seen,
  redeliver: taken,
  listParked: seen,
  retryParked: { path: ({ deliveryId }) => ({ parkedId: `callback.${deliveryId}x` }), ...taken },
  listReports: seen,
}
