import { isFinalFlow, type DataFlow } from '../../domain/data-flow.ts'
import { ProblemError } from '../../domain/problem.ts'
import { progressOf, type ProvisionRequest } from '../../domain/provision-request.ts'
import type { Application } from '../application.ts'
import { insertGrant } from '../access/issue-access.ts'
import { insertFlow, newFlowId } from '../flows/open-data-flow.ts'
import type { OpeningMessage } from '../flows/opening-message.ts'
import { resolveServices } from '../flows/resolve-services.ts'
import type { Agreement, Looked, TransferProcess } from '../ports/connector-management.ts'
import type { Transaction } from '../ports/database.ts'
import { againAt, done, type Outcome } from '../reconciler.ts'
import { joinWorkspace } from '../workspaces/join-workspace.ts'
import { learnAgreementEnd } from '../workspaces/learn-agreement-end.ts'
import { settleWorkspace } from '../workspaces/settle-workspace.ts'
import { provisionTarget } from '../../domain/provision-callback.ts'
import {
  isUnchanged,
  nextProvisionTry,
  provisionDeadline,
  refuse,
  release,
  tellableAt,
  unanswered,
  type ProvisionPass,
} from './provision-pass.ts'

/** Answers "there is no such thing" that are believed after so many. */
const mostAbsences = 4

/**
 * Looks the request's transfer process and agreement up, and starts a flow into the agreement's workspace. A process that
 * does not wait for us is left alone: a forged request ends nothing.
 */
export async function openProvisionedFlow(given: ProvisionPass): Promise<Outcome> {
  const { app, pass, controlPlane, request } = given
  const { processId, generation } = request
  const process = await app.connectors.transferProcess(controlPlane, processId, pass.signal)
  if (process.kind !== 'found') return notFound(given, process)
  const progress = progressOf(generation, process.value.state)
  if (progress !== 'answering' && progress !== 'waiting') return release(given)
  if (provisionTarget(controlPlane, request) === undefined)
    return refuse(given, 'The callback address of the provision request is not the configured one.')
  if (provisionDeadline(app, request) <= app.now())
    return refuse(given, 'The agreement could not be read in time.', 'deadline')
  const { agreementId } = process.value
  if (agreementId === null)
    throw unanswered(controlPlane, { detail: 'the transfer process names no agreement' })
  const agreement = await app.connectors.agreement(controlPlane, agreementId, pass.signal)
  if (agreement.kind !== 'found') return notFound(given, agreement)
  const { endsAt } = agreement.value
  if (endsAt !== null && endsAt <= app.now()) return refuse(given, 'The agreement has ended.')
  return open(given, process.value, agreement.value)
}

/** Silence is asked again until the deadline, and "not known" a few times. */
async function notFound(
  given: ProvisionPass,
  looked: Exclude<Looked<unknown>, { kind: 'found' }>,
): Promise<Outcome> {
  const { app, pass, controlPlane, request } = given
  if (looked.kind === 'unknown') {
    if (provisionDeadline(app, request) > app.now()) throw unanswered(controlPlane, looked)
    return refuse(given, 'The connector did not answer in time.', 'deadline')
  }
  const tries = request.tries + 1
  if (tries >= mostAbsences)
    return refuse(given, 'The transfer process or its agreement is not known.')
  await pass.record((tx) => tx.provisionRequests.update({ id: request.id }, { tries }))
  return againAt(nextProvisionTry(app, tries))
}

async function open(
  given: ProvisionPass,
  { id: processId }: TransferProcess,
  agreement: Agreement,
): Promise<Outcome> {
  const { app, pass, request } = given
  try {
    await pass.record(async (tx) => {
      if (!(await isUnchanged(tx, request))) return
      const { flow, grantId } = await flowOf(given, tx, openingMessage(processId, agreement))
      if (agreement.endsAt !== null)
        await learnAgreementEnd(app, tx, flow.workspaceId, agreement.endsAt)
      const patch = { state: 'PROVISIONED', flowId: flow.id, grantId, tries: 0 } as const
      await tx.provisionRequests.update({ id: request.id }, patch)
    })
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status >= 500) throw error
    return refuse(given, error.detail)
  }
  const later = await app.database.read.provisionRequests.get({ id: request.id })
  return later === undefined ? done : againAt(tellableAt(later))
}

/** As the signaling protocols have it: a push, by the connector's own ids. */
const openingMessage = (processId: string, agreement: Agreement): OpeningMessage => ({
  messageId: null,
  processId,
  agreementId: agreement.id,
  datasetId: agreement.assetId,
  counterPartyId: agreement.consumerId,
  participantId: agreement.providerId,
  transferType: 'HttpData-PUSH',
  metadata: {},
  assetService: null,
  target: { workspace: undefined, input: undefined, pointer: '' },
  dataAddress: null,
  callbackAddress: null,
})

interface Opened {
  readonly flow: DataFlow
  readonly grantId: string
}

/** A process has one flow, however many resources its connector asks for. */
async function flowOf(
  { app, controlPlane, request }: ProvisionPass,
  tx: Transaction,
  message: OpeningMessage,
): Promise<Opened> {
  const { processId } = message
  const known = await tx.flows.first({ controlPlaneId: controlPlane.id, processId })
  if (known !== undefined) {
    if (isFinalFlow(known))
      throw new ProblemError('state-conflict', 'The data flow of this process has ended.')
    return { flow: known, grantId: await grantOf(app, tx, known, request) }
  }
  const workspace = await joinWorkspace(app, tx, {
    participantContextId: controlPlane.participantContextId,
    agreementId: message.agreementId,
    participantId: message.counterPartyId,
    kind: 'compute',
    services: await resolveServices(tx, message),
    pull: false,
  })
  const flow = await insertFlow(app, tx, controlPlane, message, {
    id: newFlowId(app),
    side: 'provider',
    direction: 'push',
    workspaceId: workspace.id,
    transferId: null,
    sealedAddress: null,
  })
  // The agreement was just read: the first check need not ask for it.
  await tx.flows.update({ id: flow.id }, { checkedAt: app.now() })
  await settleWorkspace(app, tx, workspace.id)
  return { flow, grantId: await grantOf(app, tx, flow, request) }
}

/** Bound to the workspace, and to no other document: each has a renewal of its own. */
async function grantOf(
  app: Application,
  tx: Transaction,
  { workspaceId }: DataFlow,
  { grantId }: ProvisionRequest,
): Promise<string> {
  return grantId ?? (await insertGrant(app, tx, workspaceId, null)).id
}
