import { FailureError, failure } from '../../domain/failure.ts'
import { agreementHasEnded, type Workspace } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import { closeWorkspace } from './close-workspace-steps.ts'
import { measureWorkspace } from './measure-workspace.ts'
import {
  againAt,
  againAtEarliest,
  done,
  type Outcome,
  type Pass,
  type Reconciler,
} from '../reconciler.ts'
import { changeWorkspace, tellWorkspace } from '../telling/record-change.ts'
import { endWorkspace, settleWorkspace, wakeWork } from './settle-workspace.ts'

const measureEverySeconds = 300
const warnHoursBefore = [24, 1]

export function workspaceReconciler(app: Application): Reconciler {
  return {
    kind: 'workspace',
    slots: 8,
    parkAfter: null,
    maxBackoffMs: 900_000,
    run: (pass) => reconcileWorkspace(app, pass),
  }
}

async function reconcileWorkspace(app: Application, pass: Pass): Promise<Outcome> {
  const workspace = await app.database.read.workspaces.get({ id: pass.id })
  if (workspace === undefined) return done
  switch (workspace.state) {
    case 'DELETED':
      return done
    case 'FAILED':
      await pass.record((tx) => endWorkspace(app, tx, workspace, 'failed'))
      return againAt(app.now())
    case 'PROVISIONING':
      return provision(app, pass, workspace)
    case 'READY':
    case 'SUSPENDED':
      return keep(app, pass, workspace)
    case 'CLOSING':
    case 'RETAINED':
      return closeWorkspace(app, pass, workspace)
  }
}

/** The bucket, within its limit; a store that is away is waited for. */
async function provision(app: Application, pass: Pass, workspace: Workspace): Promise<Outcome> {
  const now = app.now()
  const until = secondsFrom(workspace.createdAt, app.settings.provisionSeconds)
  if (until <= now) return failProvisioning(app, pass, workspace)
  try {
    await app.store.ensureBucket(workspace.bucket, workspace.id, pass.signal)
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.class !== 'system') throw error
    const since = workspace.stateReason?.since ?? now.toISOString()
    const message = 'The object store does not make the bucket; it is tried again.'
    const stateReason = {
      code: 'store-unavailable',
      message,
      since,
      until: until.toISOString(),
    } as const
    await pass.record((tx) => tx.workspaces.update({ id: workspace.id }, { stateReason }))
    return againAt(secondsFrom(now, 2))
  }
  await pass.record(async (tx) => {
    const current = await tx.workspaces.get({ id: workspace.id })
    if (current?.state !== 'PROVISIONING') return
    await changeWorkspace(app, tx, current, {
      state: 'READY',
      stateReason: null,
      readyAt: app.now(),
    })
    await settleWorkspace(app, tx, workspace.id)
    await wakeWork(app, tx, workspace.id)
  })
  app.metrics.observeSeconds(
    'provision_seconds',
    (app.now().getTime() - workspace.createdAt.getTime()) / 1000,
  )
  return againAt(app.now())
}

async function failProvisioning(
  app: Application,
  pass: Pass,
  workspace: Workspace,
): Promise<Outcome> {
  await pass.record(async (tx) => {
    const current = await tx.workspaces.get({ id: workspace.id })
    if (current?.state !== 'PROVISIONING') return
    await changeWorkspace(app, tx, current, {
      state: 'FAILED',
      stateReason: null,
      failure: failure('store-unavailable', 'The workspace was not provisioned in time.'),
    })
  })
  return againAt(app.now())
}

/** Ends it when its time has come, makes the store's access what the state says, warns, measures. */
async function keep(app: Application, pass: Pass, workspace: Workspace): Promise<Outcome> {
  const now = app.now()
  if (workspace.expiresAt <= now) {
    const cause = agreementHasEnded(workspace, now) ? 'agreement-ended' : 'expired'
    await pass.record((tx) => endWorkspace(app, tx, workspace, cause))
    return againAt(now)
  }
  if (workspace.lingerUntil !== null && workspace.lingerUntil <= now) {
    await pass.record((tx) => settleWorkspace(app, tx, workspace.id))
    return againAt(now)
  }
  await bringAccess(app, pass, workspace)
  await warnOfEnd(app, pass, workspace)
  const measureAt = workspace.measuredAt ?? workspace.createdAt
  const nextMeasure = secondsFrom(measureAt, measureEverySeconds)
  if (nextMeasure <= now) await measureWorkspace(app, workspace, pass.signal)
  return againAtEarliest(
    workspace.expiresAt,
    workspace.lingerUntil,
    nextMeasure > now ? nextMeasure : secondsFrom(now, measureEverySeconds),
    ...warnHoursBefore.map((hours) =>
      nullIfPast(secondsFrom(workspace.expiresAt, -hours * 3600), now),
    ),
  )
}

const nullIfPast = (time: Date, now: Date) => (time <= now ? null : time)

/** Consumers' sessions are denied while suspended, where the store can. Recorded when the store has it. */
async function bringAccess(app: Application, pass: Pass, workspace: Workspace): Promise<void> {
  if (!app.store.cutsSessions) return
  const wanted = workspace.state === 'SUSPENDED' ? 'consumers-denied' : 'open'
  if (workspace.storeAccess === wanted) return
  await app.store.setAccess(workspace.bucket, wanted, pass.signal)
  await pass.record(async (tx) => {
    await tx.workspaces.update({ id: workspace.id }, { storeAccess: wanted })
    await tx.work.schedule('workspace', workspace.id, app.now())
  })
  app.changes.changed(workspace.id)
}

async function warnOfEnd(app: Application, pass: Pass, workspace: Workspace): Promise<void> {
  const hoursLeft = (workspace.expiresAt.getTime() - app.now().getTime()) / 3_600_000
  const due = warnHoursBefore.filter((hours) => hoursLeft <= hours).at(-1)
  if (due === undefined || (workspace.expiringTold ?? Infinity) <= due) return
  await pass.record(async (tx) => {
    await tx.workspaces.update({ id: workspace.id }, { expiringTold: due })
    await tellWorkspace(app, tx, workspace, 'workspace.expiring')
  })
}
