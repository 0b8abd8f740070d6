import { answersLater, isFinalFlow, type DataFlow } from '../../domain/data-flow.ts'
import { callbackDelayMs, startedShownMs } from '../../domain/retry-schedule.ts'
import { secondsFrom, type Application } from '../application.ts'
import { changeFlow } from './change-flow.ts'
import { carryOn } from './edc-callbacks.ts'
import { enqueueAccessDocument, enqueueCallback } from './enqueue-callback.ts'
import { completionTime } from './open-data-flow.ts'
import type { Transaction } from '../ports/database.ts'
import {
  againAt,
  againAtEarliest,
  done,
  type Outcome,
  type Pass,
  type Reconciler,
} from '../reconciler.ts'
import { isFinalTransfer } from '../../domain/transfer.ts'

export function flowReconciler(app: Application): Reconciler {
  return {
    kind: 'flow',
    slots: 8,
    parkAfter: 20,
    maxBackoffMs: 300_000,
    run: (pass) => reconcileFlow(app, pass),
  }
}

async function reconcileFlow(app: Application, pass: Pass): Promise<Outcome> {
  return pass.record(async (tx) => {
    const flow = await tx.flows.get({ id: pass.id })
    if (flow === undefined || isFinalFlow(flow)) return done
    const now = app.now()
    if (flow.state === 'PREPARING' || flow.state === 'STARTING') {
      const due = new Date(flow.createdAt.getTime() + callbackDelayMs)
      if (due > now) return againAt(due)
      await finishOpening(app, tx, flow)
      return againAt(now)
    }
    if (flow.completeAt !== null && flow.state === 'STARTED') {
      if (flow.completeAt > now) return againAt(flow.completeAt)
      await changeFlow(app, tx, flow, 'COMPLETED', { endCause: 'delivered' })
      await enqueueCallback(app, tx, flow, 'completed')
      return done
    }
    if (await hasBytes(tx, flow)) {
      const carried = await carryOn(app, tx, flow)
      return againAtEarliest(carried.deadline)
    }
    return (await followTransfer(app, tx, flow)) ?? (await observeDeadline(app, tx, flow))
  })
}

/** The end of an asynchronous opening: the state that was promised, and the callback that tells it. */
async function finishOpening(app: Application, tx: Transaction, flow: DataFlow): Promise<void> {
  const now = app.now()
  const starting = flow.state === 'STARTING'
  const state = starting ? 'STARTED' : 'PREPARED'
  const patch = starting
    ? { startedAt: now, completeAt: completionTime(app, flow.agreementId) }
    : {}
  const opened = await changeFlow(app, tx, flow, state, { endCause: null, patch })
  await enqueueCallback(app, tx, opened, starting ? 'started' : 'prepared')
  if (starting && flow.direction === 'push') await enqueueAccessDocument(app, tx, opened)
}

/** Whether bytes of a prepared push show that its connector has the address, where no message tells it. */
async function hasBytes(tx: Transaction, flow: DataFlow): Promise<boolean> {
  if (flow.state !== 'PREPARED' || !answersLater(flow.protocol, flow)) return false
  const transfer = await tx.transfers.get({ id: flow.transferId ?? '' })
  return transfer?.state === 'RUNNING' || transfer?.state === 'SUCCEEDED'
}

/** A third-party pull's flow ends as its transfer does. */
async function followTransfer(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
): Promise<Outcome | undefined> {
  if (flow.side !== 'consumer' || flow.direction !== 'pull' || flow.transferId === null)
    return undefined
  const transfer = await tx.transfers.get({ id: flow.transferId })
  if (transfer === undefined || !isFinalTransfer(transfer) || flow.startedAt === null)
    return undefined
  if (flow.state === 'SUSPENDED') return done
  const shown = new Date(flow.startedAt.getTime() + startedShownMs)
  if (shown > app.now()) return againAt(shown)
  const succeeded = transfer.state === 'SUCCEEDED'
  await changeFlow(app, tx, flow, succeeded ? 'COMPLETED' : 'TERMINATED', { endCause: 'delivered' })
  const error = transfer.failure?.message ?? 'The transfer was cancelled.'
  if (succeeded) await enqueueCallback(app, tx, flow, 'completed')
  else await enqueueCallback(app, tx, flow, 'errored', { error })
  return done
}

async function observeDeadline(
  app: Application,
  tx: Transaction,
  flow: DataFlow,
): Promise<Outcome> {
  const now = app.now()
  if (flow.deadline === null || flow.state === 'SUSPENDED') return done
  if (flow.deadline > now) return againAtEarliest(flow.deadline)
  if (flow.transferId !== null) {
    const transfer = await tx.transfers.get({ id: flow.transferId })
    if (transfer?.state === 'RUNNING') return againAt(secondsFrom(now, 5))
    if (transfer?.state === 'SUCCEEDED' && flow.state === 'STARTED') {
      await changeFlow(app, tx, flow, 'COMPLETED', { endCause: 'delivered' })
      await enqueueCallback(app, tx, flow, 'completed')
      return done
    }
  }
  await changeFlow(app, tx, flow, 'TERMINATED', { endCause: 'deadline' })
  const error = 'The data flow was not carried on within its time limit.'
  await enqueueCallback(app, tx, flow, 'errored', { error })
  return done
}
