import type { ControlPlane } from '../../domain/control-plane.ts'
import { newId } from '../../domain/ids.ts'
import { ProblemError } from '../../domain/problem.ts'
import { provisionTarget } from '../../domain/provision-callback.ts'
import {
  provisionKind,
  type ProvisionerGeneration,
  type ProvisionRequest,
} from '../../domain/provision-request.ts'
import type { Application } from '../application.ts'
import { endFlowAsBy } from '../flows/change-flow.ts'
import type { Transaction } from '../ports/database.ts'
import { refuseRatherThanFail } from './refuse-rather-than-fail.ts'

/** A request of either generation, for either purpose. */
export interface ProvisionMessage {
  readonly generation: ProvisionerGeneration
  /** Null: it does not say (EDC before 0.11). */
  readonly kind: 'provision' | 'deprovision' | null
  readonly processId: string
  readonly resourceId: string
  readonly assetId: string | null
  readonly callbackAddress: string
}

/**
 * Takes a provision or deprovision request: in one transaction and without asking anybody, since the connector stands
 * still until it is answered. A repeat changes nothing. A deprovision request is never refused. Throws only what ends the
 * transfer: `address-refused` for a callback address that is not configured, and a conflict for failures of our own.
 */
export async function receiveProvisionRequest(
  app: Application,
  controlPlane: ControlPlane,
  message: ProvisionMessage,
): Promise<void> {
  const key = {
    controlPlaneId: controlPlane.id,
    processId: message.processId,
    resourceId: message.resourceId,
  }
  const take = () =>
    app.database.transaction(async (tx) => {
      const known = await tx.provisionRequests.first(key)
      if (provisionKind(message.kind, known) === 'deprovision') {
        if (known !== undefined) await deprovision(app, tx, known)
      } else if (known === undefined) await insert(app, tx, controlPlane, message)
      else await repeat(app, tx, known)
    })
  if (message.kind === 'deprovision') await take().catch(neverRefused(app))
  else await refuseRatherThanFail(app, take)
}

/** What it would have ended is found by the look-ups at the connector. */
const neverRefused = (app: Application) => (error: unknown) => {
  app.log.error({ err: error }, 'a deprovision request could not be taken')
}

async function insert(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  message: ProvisionMessage,
): Promise<void> {
  const { generation, processId, resourceId, assetId, callbackAddress } = message
  refuseUnknownAddress(controlPlane, message)
  const now = app.now()
  const id = newId('pr', now, app.randomBytes(10))
  await tx.provisionRequests.insertIfAbsent({
    ...{ id, controlPlaneId: controlPlane.id, processId, resourceId },
    ...{ generation, assetId, callbackAddress },
    state: 'RECEIVED',
    reason: null,
    flowId: null,
    grantId: null,
    receivedAt: now,
    answeredAt: now,
    tries: 0,
    callbackSentAt: null,
    callbackAnsweredAt: null,
    callbackTakenAt: null,
    endedAt: null,
  })
  await tx.work.schedule('provision', id, now)
}

/** The data-plane generation repeats what is refused: there it is answered, and its transfer process terminated. */
function refuseUnknownAddress(controlPlane: ControlPlane, message: ProvisionMessage): void {
  if (message.generation === 'data-plane') return
  if (provisionTarget(controlPlane, message) !== undefined) return
  throw new ProblemError('address-refused', 'The callback address is not the configured one.', {
    nextStep: 'Configure the management URL of the connector, or its callback address.',
  })
}

/** The connector has not seen the answer before this one: what waits for the answer waits again. */
async function repeat(app: Application, tx: Transaction, known: ProvisionRequest): Promise<void> {
  if (known.endedAt !== null) return
  await tx.provisionRequests.update({ id: known.id }, { answeredAt: app.now() })
}

/** Ends the flow, and never the workspace. A repeat says that what we told about it was not heard. */
async function deprovision(
  app: Application,
  tx: Transaction,
  request: ProvisionRequest,
): Promise<void> {
  const now = app.now()
  const { id, generation, flowId, state } = request
  const flow = flowId === null ? undefined : await tx.flows.get({ id: flowId })
  if (flow !== undefined) await endFlowAsBy(app, tx, flow, 'completed')
  if (generation === 'data-plane') {
    await tx.provisionRequests.update(
      { id },
      { state: 'DEPROVISIONING', answeredAt: now, tries: 0, endedAt: null },
    )
    await tx.work.schedule('provision', id, now)
  } else if (state !== 'DEPROVISIONED') {
    await tx.provisionRequests.update({ id }, { state: 'DEPROVISIONED', endedAt: now })
  }
}
