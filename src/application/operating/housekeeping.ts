import type { Application } from '../application.ts'
import { secondsFrom } from '../application.ts'
import type { Sweeps } from '../ports/sweeps.ts'
import { againAt, type Outcome, type Pass, type Reconciler } from '../reconciler.ts'
import { sweepAttempts, sweepBuckets } from './sweep-orphans.ts'

const everySeconds = 3600
/** After a pass that came to its bound. */
const soonSeconds = 10
const daySeconds = 86_400
const eventDays = 30
const responseDays = 7
const messageSeconds = daySeconds
/** Rows of one statement, and statements of one kind in one pass: nothing else waits long for the database. */
const batchRows = 500
const batchesPerPass = 40
const workspacesPerPass = 200

/** The one row of this kind. */
const housekeepingId = 'hourly'

/** Makes the first pass due, at start. */
export const ensureHousekeeping = (app: Application): Promise<void> =>
  app.database.transaction((tx) => tx.work.schedule('housekeeping', housekeepingId, app.now()))

/** Removes what has had its time, and what is left outside without a row: once an hour. */
export function housekeepingReconciler(app: Application): Reconciler {
  return {
    kind: 'housekeeping',
    slots: 1,
    parkAfter: null,
    maxBackoffMs: 900_000,
    run: (pass) => keepHouse(app, pass),
  }
}

async function keepHouse(app: Application, pass: Pass): Promise<Outcome> {
  const swept = await sweepRows(app, pass)
  const removed = await removeHistory(app, pass)
  const buckets = await sweepBuckets(app, pass)
  const attempts = await sweepAttempts(app, pass)
  await app.compute.tidy(pass.signal)
  const complete = swept.complete && removed.complete
  if (swept.rows + removed.workspaces + buckets + attempts > 0) {
    const counts = { rows: swept.rows, workspaces: removed.workspaces, buckets, attempts }
    app.log.info(counts, 'housekeeping removed what had its time')
  }
  return againAt(secondsFrom(app.now(), complete ? everySeconds : soonSeconds))
}

async function sweepRows(app: Application, pass: Pass) {
  const { sweeps } = app.database
  const now = app.now()
  const ago = (seconds: number) => secondsFrom(now, -seconds)
  const steps: readonly (readonly [keyof Omit<Sweeps, 'workspace'>, Date])[] = [
    ['events', ago(eventDays * daySeconds)],
    ['responses', ago(responseDays * daySeconds)],
    ['exchanges', ago(responseDays * daySeconds)],
    ['flowMessages', ago(messageSeconds)],
    ['idempotencyKeys', ago(messageSeconds)],
    ['rememberedTerminations', now],
    ['tokenUses', now],
    ['reports', now],
    ['provisionRequests', ago(app.settings.historySeconds)],
  ]
  let rows = 0
  let complete = true
  for (const [name, time] of steps) {
    const step = await inBatches(pass, () => sweeps[name](time, batchRows))
    rows += step.rows
    complete &&= step.complete
    if (step.rows > 0) app.metrics.count('swept_rows_total', { kind: name }, step.rows)
  }
  return { rows, complete }
}

async function inBatches(pass: Pass, sweep: () => Promise<number>) {
  let rows = 0
  for (let batch = 0; batch < batchesPerPass; batch++) {
    pass.signal.throwIfAborted()
    const removed = await sweep()
    rows += removed
    if (removed < batchRows) return { rows, complete: true }
  }
  return { rows, complete: false }
}

/** Everything of workspaces that were deleted long enough ago; their reports stay until their own end. */
async function removeHistory(app: Application, pass: Pass) {
  const before = secondsFrom(app.now(), -app.settings.historySeconds)
  const ended = await app.database.read.workspaces.list({
    where: { state: 'DELETED', endedAt: { lt: before } },
    orderBy: 'endedAt',
    limit: workspacesPerPass,
  })
  for (const { id } of ended) {
    pass.signal.throwIfAborted()
    await app.database.sweeps.workspace(id)
  }
  return { workspaces: ended.length, complete: ended.length < workspacesPerPass }
}
