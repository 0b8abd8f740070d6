import { decideAccess, type AccessDecision } from '../../domain/workspace-access.ts'
import { isOpen, type EndCause, type StateReason, type Workspace } from '../../domain/workspace.ts'
import { isFinalFlow } from '../../domain/data-flow.ts'
import { isFinalJob } from '../../domain/job.ts'
import { isFinalTransfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import { enqueueCallback } from '../flows/enqueue-callback.ts'
import type { Transaction } from '../ports/database.ts'
import { wakeProvision } from '../provisioning/wake-provision.ts'
import { changeWorkspace } from '../telling/record-change.ts'

/** Makes an open workspace what its flows and the operator say; ends it when its linger time is over. */
export async function settleWorkspace(
  app: Application,
  tx: Transaction,
  workspaceId: string,
): Promise<void> {
  const workspace = await tx.workspaces.get({ id: workspaceId })
  if (workspace === undefined || !isOpen(workspace)) return
  await tx.work.schedule('workspace', workspaceId, app.now())
  const flows = await tx.flows.list({ where: { workspaceId, side: 'provider' } })
  const decision = decideAccess(workspace, flows, app.now(), app.settings.lingerSeconds)
  if (decision.kind === 'end') {
    await endWorkspace(app, tx, workspace, decision.cause)
    return
  }
  const lingerUntil = decision.kind === 'suspended' ? decision.lingerUntil : null
  if (workspace.state === 'PROVISIONING') {
    await tx.workspaces.update({ id: workspaceId }, { lingerUntil })
    return
  }
  await applyAccess(app, tx, workspace, decision)
}

async function applyAccess(
  app: Application,
  tx: Transaction,
  workspace: Workspace,
  decision: Exclude<AccessDecision, { kind: 'end' }>,
): Promise<void> {
  const stateReason = reasonOf(app, workspace, decision)
  const state = decision.kind === 'open' ? 'READY' : 'SUSPENDED'
  const lingerUntil = decision.kind === 'open' ? null : decision.lingerUntil
  await changeWorkspace(app, tx, workspace, { state, stateReason, lingerUntil })
  if (state !== workspace.state) await wakeWork(app, tx, workspace.id)
}

function reasonOf(
  app: Application,
  workspace: Workspace,
  decision: Exclude<AccessDecision, { kind: 'end' }>,
): StateReason | null {
  if (decision.kind === 'open') return null
  if (workspace.stateReason?.code === decision.reason) return workspace.stateReason
  const message = messageOf(workspace, decision.reason)
  const until = decision.lingerUntil?.toISOString() ?? null
  return { code: decision.reason, message, since: app.now().toISOString(), until }
}

function messageOf(workspace: Workspace, reason: 'suspended' | 'no-flow'): string {
  if (reason === 'no-flow') {
    return 'No transfer process of the agreement is left. A new one takes the workspace up again.'
  }
  return workspace.suspendedByOperator
    ? 'The operator has suspended the workspace.'
    : 'The transfer process is suspended. Resume it at the connector.'
}

/** Jobs and transfers of a workspace look at it again. */
export async function wakeWork(
  app: Application,
  tx: Transaction,
  workspaceId: string,
): Promise<void> {
  const now = app.now()
  for (const job of await tx.jobs.list({ where: { workspaceId } })) {
    if (!isFinalJob(job)) await tx.work.schedule('job', job.id, now)
  }
  for (const transfer of await tx.transfers.list({ where: { workspaceId } })) {
    if (!isFinalTransfer(transfer)) await tx.work.schedule('transfer', transfer.id, now)
  }
}

/**
 * Begins the end: nothing is issued any more, living flows are final on our side and the connector is told; the
 * reconciler of the workspace does the rest. A repeat changes nothing.
 */
export async function endWorkspace(
  app: Application,
  tx: Transaction,
  workspace: Workspace,
  cause: EndCause,
): Promise<Workspace> {
  if (!isOpen(workspace) && workspace.state !== 'FAILED') return workspace
  const now = app.now()
  const ended = await changeWorkspace(app, tx, workspace, {
    state: 'CLOSING',
    stateReason: null,
    openKey: null,
    lingerUntil: null,
    endCause: cause,
    closingSince: now,
  })
  await noteAgreementEnd(tx, workspace)
  await endFlows(app, tx, workspace.id, cause)
  await wakeWork(app, tx, workspace.id)
  await tx.work.schedule('workspace', workspace.id, now)
  return ended
}

/** Kept when the workspace is long forgotten. */
async function noteAgreementEnd(tx: Transaction, workspace: Workspace): Promise<void> {
  const { participantContextId, agreementId, agreementEndsAt } = workspace
  if (agreementEndsAt === null) return
  const note = { participantContextId, agreementId, endedAt: agreementEndsAt }
  await tx.endedAgreements.insertIfAbsent(note)
}

async function endFlows(
  app: Application,
  tx: Transaction,
  workspaceId: string,
  cause: EndCause,
): Promise<void> {
  for (const flow of await tx.flows.list({ where: { workspaceId } })) {
    if (isFinalFlow(flow)) continue
    const state = cause === 'consumer' ? 'COMPLETED' : 'TERMINATED'
    const patch = {
      state,
      endedAt: app.now(),
      endCause: cause,
      deadline: null,
      completeAt: null,
    } as const
    await tx.flows.update({ id: flow.id }, patch)
    await wakeProvision(app, tx, flow)
    const callback = cause === 'consumer' ? 'completed' : 'errored'
    const error = cause === 'consumer' ? null : `The workspace has ended: ${cause}.`
    await enqueueCallback(app, tx, flow, callback, { error })
  }
}
