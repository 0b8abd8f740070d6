import { bounds } from '../../domain/bounds.ts'
import type { Application } from '../application.ts'
import { isFinalFlow, type DataFlow } from '../../domain/data-flow.ts'
import {
  decideProvisionAnswer,
  decideProvisionStep,
  progressOf,
  type ProvisionRequest,
} from '../../domain/provision-request.ts'
import type { AttemptResult } from '../telling/attempt-delivery.ts'
import { againAt, done, type Outcome } from '../reconciler.ts'
import {
  isUnchanged,
  provisionDeadline,
  refuse,
  release,
  tellableAt,
  unanswered,
  type ProvisionPass,
} from './provision-pass.ts'
import { sendContentAddress } from './send-content-address.ts'

/**
 * Brings the content address to the connector, once: not before our answer was stored there and the workspace is ready,
 * and never without having read that the transfer process waits for it.
 */
export async function giveContentAddress(given: ProvisionPass): Promise<Outcome> {
  const { app, request } = given
  const flow = await app.database.read.flows.get({ id: request.flowId ?? '' })
  if (flow === undefined || isFinalFlow(flow)) return afterFlow(given, flow)
  if (request.callbackTakenAt !== null) return done
  const earliest = tellableAt(request)
  if (earliest > app.now()) return againAt(earliest)
  const late = provisionDeadline(app, request) <= app.now()
  if (!late && !(await isReady(given, flow)))
    return againAt(new Date(app.now().getTime() + bounds.connectors.provisionReadyMs))
  return follow(given, flow, late)
}

/** A transfer process that waits for the flow that we have ended has to be told; other ends come from it, or were told. */
function afterFlow(given: ProvisionPass, flow: DataFlow | undefined): Promise<Outcome> {
  const waits = given.request.callbackTakenAt === null && flow?.endCause === 'consumer'
  return waits ? refuse(given, 'The consumer has ended the workspace.') : release(given)
}

/** Suspended or not: the document is good, and its tokens open what is open. */
async function isReady({ app }: ProvisionPass, { workspaceId }: DataFlow): Promise<boolean> {
  const workspace = await app.database.read.workspaces.get({ id: workspaceId })
  return workspace?.state === 'READY' || workspace?.state === 'SUSPENDED'
}

/** Reads where the transfer process is, and does what that asks for. */
async function follow(given: ProvisionPass, flow: DataFlow, late: boolean): Promise<Outcome> {
  const { app, pass, controlPlane, request } = given
  const { processId, generation, callbackAnsweredAt, callbackSentAt } = request
  const again = againAt(nextLook(app, request))
  const process = await app.connectors.transferProcess(controlPlane, processId, pass.signal)
  if (process.kind === 'unknown') {
    if (!late) throw unanswered(controlPlane, process)
    return callbackAnsweredAt === null ? tooLate(given) : taken(given)
  }
  // Whether it is forgotten is found by the checks of its flow.
  if (process.kind === 'absent') return late ? tooLate(given) : again
  const step = decideProvisionStep(request, progressOf(generation, process.value.state))
  switch (step.kind) {
    case 'release':
      return release(given)
    case 'taken':
      return taken(given)
    case 'wait':
      return late ? tooLate(given) : again
    case 'send': {
      if (late) return tooLate(given)
      const earliest = callbackSentAt === null ? null : repeatAt(callbackSentAt, request.tries)
      return earliest !== null && earliest > app.now() ? againAt(earliest) : send(given, flow)
    }
  }
}

/** One that was sent may still be at work. */
function repeatAt(sentAt: Date, tries: number): Date {
  const { provisionVerifyMs, provisionLookMs } = bounds.connectors
  return new Date(
    sentAt.getTime() + Math.min(provisionLookMs, provisionVerifyMs * 2 ** (tries - 1)),
  )
}

/** The longer the connector has been silent, the later. */
function nextLook({ now }: Application, { answeredAt, callbackSentAt }: ProvisionRequest): Date {
  const { provisionReadyMs, provisionLookMs } = bounds.connectors
  const at = now().getTime()
  const silentMs = at - Math.max(answeredAt.getTime(), callbackSentAt?.getTime() ?? 0)
  return new Date(at + Math.min(provisionLookMs, Math.max(provisionReadyMs, silentMs / 2)))
}

const tooLate = (given: ProvisionPass) =>
  refuse(given, 'The access was not provisioned in time.', 'deadline')

function taken({ app, pass, request }: ProvisionPass): Promise<Outcome> {
  return pass.record(async (tx) => {
    await tx.provisionRequests.updateWhere(
      { id: request.id, callbackTakenAt: null },
      { callbackTakenAt: app.now() },
    )
    return done
  })
}

/** What it did is read afterwards, whatever came back. */
async function send(given: ProvisionPass, flow: DataFlow): Promise<Outcome> {
  const { app, pass, request } = given
  const { id } = request
  const tries = request.tries + 1
  const wanted = await pass.record(async (tx) => {
    const current = await tx.provisionRequests.get({ id })
    const wants = current?.callbackTakenAt === null && (await isUnchanged(tx, request))
    // A repeated request says that our answer has not arrived.
    const answered = current?.answeredAt.getTime() === request.answeredAt.getTime()
    if (!wants || !answered) return false
    await tx.provisionRequests.update({ id }, { callbackSentAt: app.now(), tries })
    return true
  })
  if (!wanted) return againAt(app.now())
  const result = await sendContentAddress(given, flow.id)
  if (result === undefined) return refuse(given, 'The callback address is not configured any more.')
  app.log.info(logged(given, result), 'a content address was sent')
  const answer = decideProvisionAnswer(result.status, tries)
  if (answer === 'refused')
    return refuse(given, `The connector refuses the content address (${result.status ?? ''}).`)
  if (answer === 'taken')
    await pass.record((tx) =>
      tx.provisionRequests.update({ id }, { callbackAnsweredAt: app.now() }),
    )
  return againAt(new Date(app.now().getTime() + bounds.connectors.provisionVerifyMs))
}

const logged = ({ request }: ProvisionPass, { status, error, durationMs }: AttemptResult) => ({
  provisionRequestId: request.id,
  processId: request.processId,
  ...{ status, error, durationMs },
})
