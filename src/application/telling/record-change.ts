import { eventType } from '../../domain/event.ts'
import type { Job } from '../../domain/job.ts'
import type { Input, Transfer } from '../../domain/transfer.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { appendEvent } from './append-event.ts'
import type { Transaction } from '../ports/database.ts'
import { jobSummary } from '../representations/job.ts'
import { inputRepresentation, transferSummary } from '../representations/transfer.ts'
import { workspaceSummary } from '../representations/workspace.ts'

/** Changes a workspace; a new state is an event. Returns it as it is now. */
export async function changeWorkspace(
  app: Application,
  tx: Transaction,
  workspace: Workspace,
  patch: Partial<Workspace>,
): Promise<Workspace> {
  await tx.workspaces.update({ id: workspace.id }, patch)
  const changed = { ...workspace, ...patch }
  if (changed.state !== workspace.state)
    await tellWorkspace(app, tx, changed, eventType('workspace', changed.state))
  return (await tx.workspaces.get({ id: workspace.id })) ?? changed
}

export async function tellWorkspace(
  app: Application,
  tx: Transaction,
  workspace: Workspace,
  type: string,
): Promise<void> {
  const data = { workspace: workspaceSummary(app, workspace) }
  await appendEvent(app, tx, { workspaceId: workspace.id, type, subject: 'workspace', data })
}

/** Changes a transfer; a new state is an event. */
export async function changeTransfer(
  app: Application,
  tx: Transaction,
  transfer: Transfer,
  patch: Partial<Transfer>,
): Promise<Transfer> {
  await tx.transfers.update({ id: transfer.id }, patch)
  const changed = { ...transfer, ...patch }
  if (changed.state !== transfer.state) await tellTransfer(app, tx, changed)
  return changed
}

export async function tellTransfer(
  app: Application,
  tx: Transaction,
  transfer: Transfer,
): Promise<void> {
  await appendEvent(app, tx, {
    workspaceId: transfer.workspaceId,
    type: eventType('transfer', transfer.state),
    subject: `transfers/${transfer.id}`,
    data: { transfer: transferSummary(transfer) },
  })
}

/** Changes a job; a new state is an event. */
export async function changeJob(
  app: Application,
  tx: Transaction,
  job: Job,
  patch: Partial<Job>,
): Promise<Job> {
  await tx.jobs.update({ id: job.id }, patch)
  const changed = { ...job, ...patch }
  if (changed.state !== job.state) await tellJob(app, tx, changed)
  return changed
}

export async function tellJob(app: Application, tx: Transaction, job: Job): Promise<void> {
  await appendEvent(app, tx, {
    workspaceId: job.workspaceId,
    type: eventType('job', job.state),
    subject: `jobs/${job.id}`,
    data: { job: jobSummary(job) },
    labels: job.labels,
  })
}

/** Records that an input is there, wakes the jobs and transfers that wait for it, and tells it. */
export async function recordInputAvailable(
  app: Application,
  tx: Transaction,
  input: Input,
): Promise<void> {
  const { workspaceId, name } = input
  const existed = !(await tx.inputs.insertIfAbsent(input))
  if (existed) await tx.inputs.update({ workspaceId, name }, input)
  await appendEvent(app, tx, {
    workspaceId,
    type: 'input.available',
    subject: `inputs/${name}`,
    data: { input: inputRepresentation(input) },
  })
  const waiting = await tx.jobs.list({ where: { workspaceId, state: 'WAITING_FOR_INPUTS' } })
  for (const job of waiting) await tx.work.schedule('job', job.id, app.now())
  const queued = await tx.transfers.list({ where: { workspaceId, input: name, state: 'QUEUED' } })
  for (const transfer of queued) await tx.work.schedule('transfer', transfer.id, app.now())
}
