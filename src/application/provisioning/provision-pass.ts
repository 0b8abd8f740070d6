import { bounds } from '../../domain/bounds.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { isFinalFlow, type DataFlow } from '../../domain/data-flow.ts'
import { FailureError } from '../../domain/failure.ts'
import type { ProvisionRequest } from '../../domain/provision-request.ts'
import { nextEndlessTryAt, pushScheduleSeconds } from '../../domain/retry-schedule.ts'
import { secondsFrom, type Application } from '../application.ts'
import { changeFlow } from '../flows/change-flow.ts'
import type { CallbackAuthenticator } from '../ports/callback-authenticator.ts'
import type { Transaction } from '../ports/database.ts'
import { againAt, done, type Outcome, type Pass } from '../reconciler.ts'

/** What a pass over a provision request works with. */
export interface ProvisionPass {
  readonly app: Application
  readonly authenticator: CallbackAuthenticator
  readonly pass: Pass
  readonly controlPlane: ControlPlane
  readonly request: ProvisionRequest
}

/** Before this the connector may not have stored our answer, and would lose or undo what it is told. */
export const tellableAt = ({ answeredAt }: ProvisionRequest): Date =>
  new Date(answeredAt.getTime() + bounds.connectors.provisionAnsweredMs)

/** When the connector has been waiting for its content address for too long. */
export const provisionDeadline = (app: Application, { receivedAt }: ProvisionRequest): Date =>
  secondsFrom(receivedAt, app.settings.provisionSeconds)

/** When try number `tries + 1` is due. */
export const nextProvisionTry = (app: Application, tries: number): Date =>
  nextEndlessTryAt(pushScheduleSeconds, tries, app.now(), app.random())

/** Nothing follows from it but that it is asked again, with back-off. */
export const unanswered = ({ id }: ControlPlane, { detail }: { readonly detail: string }) =>
  new FailureError('no-progress', `control plane ${id}: ${detail}`)

/** Ends the request without a word to the connector: there is nothing for it, or not any more. */
export function release(
  { app, pass, request }: ProvisionPass,
  state: 'REFUSED' | 'DEPROVISIONED' = 'DEPROVISIONED',
): Promise<Outcome> {
  return pass.record(async (tx) => {
    if (!(await isUnchanged(tx, request))) return againAt(app.now())
    await tx.provisionRequests.update({ id: request.id }, { state, endedAt: app.now() })
    await endFlow(app, tx, request.flowId, 'control-plane')
    return done
  })
}

/**
 * Ends flow and transfer process: the latter by the management API, since the protocol has no word for a failure. The
 * reason is shown to the provider's operator only.
 */
export function refuse(
  { app, pass, request }: ProvisionPass,
  reason: string,
  endCause: DataFlow['endCause'] = 'failed',
): Promise<Outcome> {
  const { id, processId } = request
  app.log.warn({ provisionRequestId: id, processId, reason }, 'a provision request is refused')
  return pass.record(async (tx) => {
    if (await isUnchanged(tx, request)) {
      await tx.provisionRequests.update({ id }, { state: 'REFUSING', reason, tries: 0 })
      await endFlow(app, tx, request.flowId, endCause)
    }
    return againAt(app.now())
  })
}

/** A request of the connector may have come between. */
export async function isUnchanged(tx: Transaction, { id, state }: ProvisionRequest) {
  return (await tx.provisionRequests.get({ id }))?.state === state
}

async function endFlow(
  app: Application,
  tx: Transaction,
  flowId: string | null,
  endCause: DataFlow['endCause'],
): Promise<void> {
  const flow = flowId === null ? undefined : await tx.flows.get({ id: flowId })
  if (flow === undefined || isFinalFlow(flow)) return
  await changeFlow(app, tx, flow, 'TERMINATED', { endCause })
}
