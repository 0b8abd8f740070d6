import type { Application } from '../application/application.ts'
import type { ClientProof } from '../application/access/refresh-access.ts'
import type { ConsumerHandlers } from './consumer-api.ts'
import { cancelJobHandler } from './operations/consumer/cancel-job.ts'
import { cancelTransferHandler } from './operations/consumer/cancel-transfer.ts'
import { completeInputHandler } from './operations/consumer/complete-input.ts'
import { createSubscriptionHandler } from './operations/consumer/create-subscription.ts'
import { createTransferHandler } from './operations/consumer/create-transfer.ts'
import { deleteInputHandler } from './operations/consumer/delete-input.ts'
import { deleteSubscriptionHandler } from './operations/consumer/delete-subscription.ts'
import { endWorkspaceHandler } from './operations/consumer/end-workspace.ts'
import { getAccessHandler } from './operations/consumer/get-access.ts'
import { getDeletionReportHandler } from './operations/consumer/get-deletion-report.ts'
import { getInputHandler } from './operations/consumer/get-input.ts'
import { getJobLogsHandler } from './operations/consumer/get-job-logs.ts'
import { getJobHandler } from './operations/consumer/get-job.ts'
import { getJwksHandler } from './operations/consumer/get-jwks.ts'
import { getManifestHandler } from './operations/consumer/get-manifest.ts'
import { getOutputHandler } from './operations/consumer/get-output.ts'
import { getSubscriptionHandler } from './operations/consumer/get-subscription.ts'
import { getTransferHandler } from './operations/consumer/get-transfer.ts'
import { getWorkspaceHandler } from './operations/consumer/get-workspace.ts'
import { headInputHandler } from './operations/consumer/head-input.ts'
import { issueCredentialsHandler } from './operations/consumer/issue-credentials.ts'
import { listDeliveriesHandler } from './operations/consumer/list-deliveries.ts'
import { listEventsHandler } from './operations/consumer/list-events.ts'
import { listInputsHandler } from './operations/consumer/list-inputs.ts'
import { listJobsHandler } from './operations/consumer/list-jobs.ts'
import { listOutputsHandler } from './operations/consumer/list-outputs.ts'
import { getServiceHandler } from './operations/consumer/get-service.ts'
import { listServicesHandler } from './operations/consumer/list-services.ts'
import { listSubscriptionsHandler } from './operations/consumer/list-subscriptions.ts'
import { listTransfersHandler } from './operations/consumer/list-transfers.ts'
import { putInputHandler } from './operations/consumer/put-input.ts'
import { receiveDataHandler } from './operations/consumer/receive-data.ts'
import { receiveTransferEventHandler } from './operations/consumer/receive-transfer-event.ts'
import { recoverSubscriptionHandler } from './operations/consumer/recover-subscription.ts'
import { redeliverHandler } from './operations/consumer/redeliver.ts'
import { refreshTokenHandler } from './operations/consumer/refresh-token.ts'
import { rotateSubscriptionSecretHandler } from './operations/consumer/rotate-subscription-secret.ts'
import { submitJobHandler } from './operations/consumer/submit-job.ts'
import { testSubscriptionHandler } from './operations/consumer/test-subscription.ts'
import { updateSubscriptionHandler } from './operations/consumer/update-subscription.ts'

/** Every operation of the consumer API. */
export function consumerHandlers(app: Application, proof: ClientProof): ConsumerHandlers {
  return {
    getAccess: getAccessHandler(app),
    getWorkspace: getWorkspaceHandler(app),
    endWorkspace: endWorkspaceHandler(app),
    listServices: listServicesHandler(app),
    getService: getServiceHandler(app),
    issueCredentials: issueCredentialsHandler(app),
    refreshToken: refreshTokenHandler(app, proof),
    listInputs: listInputsHandler(app),
    putInput: putInputHandler(app),
    getInput: getInputHandler(app),
    headInput: headInputHandler(app),
    deleteInput: deleteInputHandler(app),
    completeInput: completeInputHandler(app),
    createTransfer: createTransferHandler(app),
    listTransfers: listTransfersHandler(app),
    getTransfer: getTransferHandler(app),
    cancelTransfer: cancelTransferHandler(app),
    submitJob: submitJobHandler(app),
    listJobs: listJobsHandler(app),
    getJob: getJobHandler(app),
    cancelJob: cancelJobHandler(app),
    getJobLogs: getJobLogsHandler(app),
    listOutputs: listOutputsHandler(app),
    getOutput: getOutputHandler(app),
    getManifest: getManifestHandler(app),
    listEvents: listEventsHandler(app),
    createSubscription: createSubscriptionHandler(app),
    listSubscriptions: listSubscriptionsHandler(app),
    getSubscription: getSubscriptionHandler(app),
    updateSubscription: updateSubscriptionHandler(app),
    deleteSubscription: deleteSubscriptionHandler(app),
    listDeliveries: listDeliveriesHandler(app),
    redeliver: redeliverHandler(app),
    testSubscription: testSubscriptionHandler(app),
    rotateSubscriptionSecret: rotateSubscriptionSecretHandler(app),
    recoverSubscription: recoverSubscriptionHandler(app),
    receiveTransferEvent: receiveTransferEventHandler(app),
    receiveData: receiveDataHandler(app),
    receiveDataPut: receiveDataHandler(app),
    getDeletionReport: getDeletionReportHandler(app),
    getJwks: getJwksHandler(app),
  }
}
