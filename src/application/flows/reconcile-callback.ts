import type { DataFlow } from '../../domain/data-flow.ts'
import type { DeadReason, Delivery } from '../../domain/delivery.ts'
import { decideSending, isFlowCallback, type CallbackDecision } from '../../domain/flow-callback.ts'
import { termination } from '../../domain/flow-termination.ts'
import { callbackScheduleSeconds, nextTryAt } from '../../domain/retry-schedule.ts'
import type { Application } from '../application.ts'
import { notedOutbound } from '../control-planes/noted-outbound.ts'
import { attemptRequest, recordAttempt, settled } from '../telling/attempt-delivery.ts'
import { createLanes } from '../telling/lanes.ts'
import { callbackProtocols, callbackRequest } from './compose-callback.ts'
import type { CallbackAuthenticator } from '../ports/callback-authenticator.ts'
import { pushAccessDocument } from './push-access-document.ts'
import { terminateAtConnector } from './terminate-at-connector.ts'
import { againAt, againAtEarliest, done, type Outcome, type Pass } from '../reconciler.ts'
import type { Reconciler } from '../reconciler.ts'

export interface CallbackParts {
  readonly authenticator: CallbackAuthenticator
}

/**
 * Callbacks to control planes and pushed access documents: each delivery on its own, so that one that is swallowed
 * holds up no other; those to one control plane, or of one workspace, share a lane.
 */
export function callbackReconciler(app: Application, { authenticator }: CallbackParts): Reconciler {
  const lanes = createLanes()
  return {
    kind: 'callback',
    slots: 64,
    parkAfter: null,
    maxBackoffMs: 60_000,
    run: async (pass) => {
      const delivery = await app.database.read.deliveries.get({ id: pass.id })
      if (delivery === undefined) return done
      const flow = await app.database.read.flows.get({ id: delivery.flowId ?? '' })
      if (flow === undefined) return giveUp(app, pass, delivery, 'no-target')
      const isDocument = delivery.kind === 'access-document'
      const lane = isDocument ? flow.workspaceId : flow.controlPlaneId
      using entry = lanes.enter(lane, () => app.now())
      if (entry.kind === 'turn') return againAt(entry.at)
      if (isDocument) return await pushAccessDocument(app, pass, delivery, flow)
      return delivery.callback === termination
        ? await terminateAtConnector(app, pass, delivery, flow)
        : await tellControlPlane(app, authenticator, pass, delivery, flow)
    },
  }
}

async function tellControlPlane(
  app: Application,
  authenticator: CallbackAuthenticator,
  pass: Pass,
  delivery: Delivery,
  flow: DataFlow,
): Promise<Outcome> {
  const { callback, nextAttemptAt } = delivery
  if (delivery.state !== 'PENDING') return done
  if (nextAttemptAt !== null && nextAttemptAt > app.now()) return againAt(nextAttemptAt)
  const controlPlane = await app.database.read.controlPlanes.get({ id: flow.controlPlaneId })
  const callbackUrl = controlPlane?.callbackUrl ?? null
  const protocol = callbackProtocols[flow.protocol]
  if (
    protocol === undefined ||
    controlPlane?.protocol !== flow.protocol ||
    callbackUrl === null ||
    !isFlowCallback(callback) ||
    !protocol.callbacks.includes(callback)
  ) {
    return giveUp(app, pass, delivery, 'no-target')
  }
  const before = decideSending(callback, flow.state, delivery.attempts)
  if (before.kind !== 'send') return settle(app, pass, delivery, before)
  const owed = { delivery, flow, controlPlane, callback }
  const noted = { ...app, outbound: notedOutbound(app, controlPlane) }
  const result = await attemptRequest(noted, pass.signal, async () =>
    callbackRequest(
      authenticator,
      owed,
      callbackUrl,
      await protocol.compose(app, owed),
      pass.signal,
    ),
  )
  const decision = protocol.decideAnswer(callback, result, delivery.flowState)
  const patch = patchOf(app, delivery, decision, result.retryAfterSeconds)
  await pass.record(async (tx) => {
    await recordAttempt(app, tx, delivery, result, patch)
    const current = await tx.flows.get({ id: flow.id })
    if (decision.kind === 'delivered' && current !== undefined)
      await protocol.taken?.(app, tx, current, callback)
  })
  return againAtEarliest(patch.nextAttemptAt)
}

type Patch = Pick<Delivery, 'state'> & Partial<Pick<Delivery, 'reason' | 'nextAttemptAt'>>

function patchOf(
  app: Application,
  { attempts }: Delivery,
  decision: CallbackDecision,
  retryAfterSeconds: number,
): Patch {
  switch (decision.kind) {
    case 'delivered':
      return { state: 'DELIVERED' }
    case 'dead':
      return { state: 'DEAD', reason: decision.reason }
    case 'send':
    case 'retry': {
      const next = nextTryAt(
        callbackScheduleSeconds,
        attempts + 1,
        app.now(),
        app.random(),
        retryAfterSeconds,
      )
      if (next === null) return { state: 'DEAD', reason: 'schedule-exhausted' }
      return { state: 'PENDING', nextAttemptAt: next }
    }
  }
}

/** Ends a delivery without another try. */
async function settle(
  app: Application,
  pass: Pass,
  delivery: Delivery,
  decision: CallbackDecision,
): Promise<Outcome> {
  const patch = settled(app, patchOf(app, delivery, decision, 0))
  await pass.record((tx) => tx.deliveries.update({ id: delivery.id }, patch))
  return done
}

const giveUp = (app: Application, pass: Pass, delivery: Delivery, reason: DeadReason) =>
  settle(app, pass, delivery, { kind: 'dead', reason })
