import { bounds } from '../../domain/bounds.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { isFinalFlow, type DataFlow } from '../../domain/data-flow.ts'
import { FailureError } from '../../domain/failure.ts'
import { decideCheck, nextCheckSeconds, type KnownProcess } from '../../domain/flow-check.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Agreement, Looked } from '../ports/connector-management.ts'
import type { Transaction } from '../ports/database.ts'
import { againAt, done, notBefore, type Outcome, type Pass } from '../reconciler.ts'
import type { Reconciler } from '../reconciler.ts'
import { createLanes } from '../telling/lanes.ts'
import { learnAgreementEnd } from '../workspaces/learn-agreement-end.ts'
import { changeFlow, endFlowAsBy } from './change-flow.ts'
import { createPace } from './pace.ts'

/**
 * Compares a living flow with its transfer process at the connector's management API, now and then and when an event asks
 * for it: what has ended there ends here. No answer, or one that says nothing, ends nothing and is asked for again with
 * back-off. The agreement is read once, when the flow has joined its workspace.
 */
export function checkReconciler(app: Application): Reconciler {
  const lanes = createLanes()
  const pace = createPace(bounds.connectors.leastCheckMs)
  return {
    kind: 'check',
    slots: bounds.connectors.checks,
    parkAfter: null,
    maxBackoffMs: Math.max(1, app.settings.recheckSeconds) * 1000,
    run: async (pass) => {
      const { read } = app.database
      const flow = await read.flows.get({ id: pass.id })
      if (flow === undefined || isFinalFlow(flow)) return done
      const controlPlane = await read.controlPlanes.get({ id: flow.controlPlaneId })
      if (controlPlane === undefined || controlPlane.managementUrl === null) return done
      using entry = lanes.enter(controlPlane.id, () => app.now())
      if (entry.kind === 'turn') return notBefore(entry.at)
      const free = pace.begin(flow.id, app.now())
      if (free !== null) return notBefore(free)
      return await check(app, pass, flow, controlPlane)
    },
  }
}

async function check(
  app: Application,
  pass: Pass,
  flow: DataFlow,
  controlPlane: ControlPlane,
): Promise<Outcome> {
  const agreement = await lookAtAgreement(app, pass, flow, controlPlane)
  const looked = await app.connectors.transferProcess(controlPlane, flow.processId, pass.signal)
  if (looked.kind === 'unknown') throw unanswered(controlPlane, looked)
  const known = looked.kind === 'found' ? looked.value : null
  const outcome = await pass.record(async (tx) => {
    const current = await tx.flows.get({ id: flow.id })
    if (current === undefined || isFinalFlow(current)) return done
    const checkedAt = agreement.kind === 'unknown' ? null : app.now()
    return applyAnswer(app, tx, { ...current, checkedAt }, known)
  })
  if (agreement.kind === 'unknown' && outcome !== done) throw unanswered(controlPlane, agreement)
  return outcome
}

type AgreementLook = Looked<Agreement> | { readonly kind: 'known' }

/** Reads the agreement when the flow was never looked at before, and notes its end. */
async function lookAtAgreement(
  app: Application,
  pass: Pass,
  flow: DataFlow,
  controlPlane: ControlPlane,
): Promise<AgreementLook> {
  if (flow.side !== 'provider' || flow.checkedAt !== null) return { kind: 'known' }
  const workspace = await app.database.read.workspaces.get({ id: flow.workspaceId })
  if (workspace === undefined || workspace.agreementEndsAt !== null) return { kind: 'known' }
  const agreement = await app.connectors.agreement(controlPlane, flow.agreementId, pass.signal)
  if (agreement.kind === 'unknown') return agreement
  const endsAt = agreement.kind === 'found' ? agreement.value.endsAt : null
  await pass.record(async (tx) => {
    await tx.flows.update({ id: flow.id }, { checkedAt: app.now() })
    if (endsAt !== null) await learnAgreementEnd(app, tx, flow.workspaceId, endsAt)
  })
  return agreement
}

/** Tried again with back-off. */
const unanswered = ({ id }: ControlPlane, { detail }: { readonly detail: string }) =>
  new FailureError('no-progress', `control plane ${id}: ${detail}`)

async function applyAnswer(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
  known: KnownProcess,
): Promise<Outcome> {
  const { recheckSeconds } = app.settings
  const { checkedAt } = flow
  const decision = decideCheck(flow, known, app.now(), recheckSeconds)
  switch (decision.kind) {
    case 'ended':
      await endFlowAsBy(app, tx, flow, decision.by)
      return done
    case 'forgotten':
      await changeFlow(app, tx, flow, 'TERMINATED', { endCause: 'forgotten' })
      return done
    case 'absent': {
      const { since: absentSince, absences } = decision
      await tx.flows.update({ id: flow.id }, { checkedAt, absentSince, absences })
      break
    }
    case 'living':
      await tx.flows.update({ id: flow.id }, { checkedAt, absentSince: null, absences: 0 })
  }
  return againAt(secondsFrom(app.now(), nextCheckSeconds(decision, recheckSeconds, app.random())))
}
