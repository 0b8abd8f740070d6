import { isFinalJob } from '../../domain/job.ts'
import { isFinalTransfer } from '../../domain/transfer.ts'
import type { ClosingRecord, Workspace } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import { deletionReport } from './deletion-report.ts'
import { againAt, done, type Outcome, type Pass } from '../reconciler.ts'
import { changeWorkspace } from '../telling/record-change.ts'

const lookAgainSeconds = 0.5
const overdueSeconds = 900

/** What a step of closing comes to: proven, with what is recorded of it, or to be looked at again. */
type Step =
  | { readonly kind: 'proven'; readonly record: ClosingRecord }
  | { readonly kind: 'wait'; readonly until: Date; readonly reason?: 'sessions-expiring' }

type ClosingStep = (app: Application, pass: Pass, workspace: Workspace) => Promise<Step>

/** The order of closing: each step is proven before the next begins, and none is given up. */
const steps: readonly { readonly done: keyof ClosingRecord; readonly run: ClosingStep }[] = [
  { done: 'consumersCutAt', run: cutConsumers },
  { done: 'workEndedAt', run: awaitWork },
  { done: 'agentsCutAt', run: cutAgents },
  { done: 'sessionsGoneAt', run: awaitSessions },
  { done: 'retainedUntil', run: beginRetention },
  { done: 'bucketGoneAt', run: removeBucket },
]

export async function closeWorkspace(
  app: Application,
  pass: Pass,
  workspace: Workspace,
): Promise<Outcome> {
  let current = workspace
  for (const step of steps) {
    if (current.closing[step.done] !== undefined) continue
    if (step.done === 'bucketGoneAt' && retentionRuns(app, current))
      return retain(app, pass, current)
    const result = await step.run(app, pass, current)
    if (result.kind === 'wait') return wait(app, pass, current, result)
    const closing = { ...current.closing, ...result.record }
    await pass.record((tx) =>
      tx.workspaces.update({ id: workspace.id }, { closing, stateReason: null }),
    )
    current = { ...current, closing, stateReason: null }
  }
  await finish(app, pass, current)
  return done
}

async function wait(
  app: Application,
  pass: Pass,
  workspace: Workspace,
  { until, reason }: Extract<Step, { kind: 'wait' }>,
): Promise<Outcome> {
  const now = app.now()
  const since = workspace.closingSince ?? now
  const overdue = secondsFrom(since, overdueSeconds) < now
  const code = reason ?? (overdue ? ('overdue' as const) : undefined)
  if (code !== undefined && workspace.stateReason?.code !== code) {
    const message =
      code === 'overdue'
        ? 'Closing takes longer than it should; it goes on.'
        : 'The store cannot end living sessions: their expiry is waited for.'
    const stateReason = { code, message, since: now.toISOString(), until: until.toISOString() }
    await pass.record((tx) => tx.workspaces.update({ id: workspace.id }, { stateReason }))
  }
  return againAt(until)
}

/** Consumers' sessions are denied by the store, and a session of our own proves it. */
async function cutConsumers(app: Application, pass: Pass, workspace: Workspace): Promise<Step> {
  const at = app.now().toISOString()
  if (workspace.readyAt === null) return { kind: 'proven', record: { consumersCutAt: at } }
  if (!app.store.cutsSessions)
    return { kind: 'proven', record: { consumersCutAt: at, cutBy: 'expiry' } }
  await app.store.setAccess(workspace.bucket, 'consumers-denied', pass.signal)
  const purpose = { kind: 'consumer', access: 'read' } as const
  const probe = await app.credentials.issue(
    workspace.bucket,
    purpose,
    app.credentials.minimumSeconds,
    pass.signal,
  )
  if (await app.credentials.isCut(workspace.bucket, probe, pass.signal)) {
    return { kind: 'proven', record: { consumersCutAt: at, cutBy: 'bucket-policy' } }
  }
  return { kind: 'wait', until: secondsFrom(app.now(), lookAgainSeconds) }
}

/** Transfers and jobs are ended by their own reconcilers, with grace; jobs that were parked are let run again. */
async function awaitWork(app: Application, pass: Pass, workspace: Workspace): Promise<Step> {
  const where = { workspaceId: workspace.id }
  const jobs = await app.database.read.jobs.list({ where })
  const transfers = await app.database.read.transfers.list({ where })
  const attempts = await app.database.read.attempts.list({ where: { ...where, removed: false } })
  if (jobs.every(isFinalJob) && transfers.every(isFinalTransfer) && attempts.length === 0) {
    return { kind: 'proven', record: { workEndedAt: app.now().toISOString() } }
  }
  const open = jobs.filter((job) => !isFinalJob(job)).map(({ id }) => id)
  const left = new Set([...open, ...attempts.map(({ jobId }) => jobId)])
  await pass.record(async (tx) => {
    for (const id of left) await tx.work.unpark('job', id, app.now())
  })
  return { kind: 'wait', until: secondsFrom(app.now(), lookAgainSeconds) }
}

async function cutAgents(app: Application, pass: Pass, workspace: Workspace): Promise<Step> {
  if (workspace.readyAt !== null && app.store.cutsSessions) {
    await app.store.setAccess(workspace.bucket, 'all-denied', pass.signal)
  }
  return { kind: 'proven', record: { agentsCutAt: app.now().toISOString() } }
}

/** Where the store cannot cut living sessions, the last one's expiry is waited for. */
function awaitSessions(app: Application, _pass: Pass, workspace: Workspace): Promise<Step> {
  const now = app.now()
  const until = workspace.credentialsUntil
  const waits = !app.store.cutsSessions && until !== null && until > now
  return Promise.resolve(
    waits
      ? { kind: 'wait', until, reason: 'sessions-expiring' }
      : { kind: 'proven', record: { sessionsGoneAt: now.toISOString() } },
  )
}

function beginRetention(app: Application, _pass: Pass, workspace: Workspace): Promise<Step> {
  const seconds = workspace.readyAt === null ? 0 : app.settings.retentionSeconds
  const retainedUntil = secondsFrom(app.now(), seconds).toISOString()
  return Promise.resolve({ kind: 'proven', record: { retainedUntil } })
}

const retentionRuns = (app: Application, { closing }: Workspace) =>
  closing.retainedUntil !== undefined && new Date(closing.retainedUntil) > app.now()

async function retain(app: Application, pass: Pass, workspace: Workspace): Promise<Outcome> {
  if (workspace.state !== 'RETAINED') {
    await pass.record(async (tx) => {
      await changeWorkspace(app, tx, workspace, { state: 'RETAINED', stateReason: null })
    })
  }
  return againAt(new Date(workspace.closing.retainedUntil ?? app.now()))
}

/** Everything in the bucket, then the bucket. What there is to remove is counted before, so that no crash loses it. */
async function removeBucket(app: Application, pass: Pass, workspace: Workspace): Promise<Step> {
  const { closing } = workspace
  const expected = countOf(closing) ?? (await countContent(app, pass, workspace))
  if (countOf(closing) === undefined) {
    const counted = { ...closing, ...expected }
    await pass.record((tx) => tx.workspaces.update({ id: workspace.id }, { closing: counted }))
  }
  await pass.renew()
  const removed = await app.store.empty(workspace.bucket, pass.signal)
  const counts = {
    objectsDeleted: Math.max(expected.objectsDeleted, removed.objects),
    bytesDeleted: Math.max(expected.bytesDeleted, removed.bytes),
    uploadsAborted: Math.max(expected.uploadsAborted, removed.uploads),
  }
  await pass.renew()
  await app.store.deleteBucket(workspace.bucket, pass.signal)
  return { kind: 'proven', record: { ...counts, bucketGoneAt: app.now().toISOString() } }
}

function countOf({ objectsDeleted, bytesDeleted, uploadsAborted }: ClosingRecord) {
  return objectsDeleted === undefined || bytesDeleted === undefined || uploadsAborted === undefined
    ? undefined
    : { objectsDeleted, bytesDeleted, uploadsAborted }
}

/** Nobody can write any more, so it stays what it is until we remove it. */
async function countContent(app: Application, pass: Pass, { bucket, readyAt }: Workspace) {
  if (readyAt === null) return { objectsDeleted: 0, bytesDeleted: 0, uploadsAborted: 0 }
  const { objects, bytes } = await app.store.measure(bucket, pass.signal)
  const uploads = await app.store.listUploads(bucket, '', pass.signal)
  return { objectsDeleted: objects, bytesDeleted: bytes, uploadsAborted: uploads.length }
}

/** Stored secrets go, the report is signed, and the end is told. */
async function finish(app: Application, pass: Pass, workspace: Workspace): Promise<void> {
  const endedAt = app.now()
  const report = deletionReport(app, { ...workspace, endedAt })
  const jws = await app.signer.sign(JSON.stringify(report), 'dataspace-compute/deletion-report+jws')
  const where = { workspaceId: workspace.id }
  await pass.record(async (tx) => {
    await tx.transfers.updateWhere(where, { sealedSource: null })
    await tx.flows.updateWhere(where, { sealedAddress: null })
    await tx.jobs.updateWhere(where, { sealedParameters: null })
    await tx.reports.insertIfAbsent({
      workspaceId: workspace.id,
      agreementId: workspace.agreementId,
      participantContextId: workspace.participantContextId,
      jws,
      createdAt: endedAt,
      until: secondsFrom(endedAt, 365 * 86_400),
    })
    const patch = {
      state: 'DELETED',
      endedAt,
      stateReason: null,
      storageBytes: 0,
      storageObjects: 0,
    } as const
    await changeWorkspace(app, tx, workspace, patch)
  })
}
