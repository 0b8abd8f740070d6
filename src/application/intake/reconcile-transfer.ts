import { inputKey } from '../../domain/bucket-layout.ts'
import { failure, FailureError, type Failure } from '../../domain/failure.ts'
import { ProblemError } from '../../domain/problem.ts'
import { isFinalTransfer, type Transfer } from '../../domain/transfer.ts'
import type { Workspace } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import {
  endingOf,
  endTransfer,
  finishEnded,
  hasEndedMeanwhile,
  recordEnd,
  wakeFlow,
} from './end-transfer.ts'
import { availableFile, claimInput, releaseInput, writerSeconds } from './input-writer.ts'
import { adoptingJournal, beginningOf } from './kept-parts.ts'
import { openSealed } from './renew-address.ts'
import { renewingReader } from './renewing-reader.ts'
import { PreconditionError } from '../ports/object-store.ts'
import type { Transaction } from '../ports/database.ts'
import { PullCancelled, type PullResult } from './pull-request.ts'
import { pullSource } from './pull-source.ts'
import {
  againAt,
  againAtEarliest,
  done,
  type Outcome,
  type Pass,
  type Reconciler,
} from '../reconciler.ts'
import { changeTransfer, recordInputAvailable } from '../telling/record-change.ts'
import { transferJournal } from './transfer-journal.ts'
import { TransferPaused, watchTransfer } from './watch-transfer.ts'

/** Runs of a transfer that made no progress, one after the other, before it fails. */
const maxAttempts = 8

export function transferReconciler(app: Application): Reconciler {
  return {
    kind: 'transfer',
    slots: 4,
    parkAfter: null,
    maxBackoffMs: 60_000,
    run: (pass) => reconcileTransfer(app, pass),
  }
}

async function reconcileTransfer(app: Application, pass: Pass): Promise<Outcome> {
  const { read } = app.database
  const transfer = await read.transfers.get({ id: pass.id })
  if (transfer === undefined) return done
  const workspace = await read.workspaces.get({ id: transfer.workspaceId })
  if (workspace === undefined) return done
  if (isFinalTransfer(transfer)) return finishEnded(app, pass, transfer, workspace)
  const ending = endingOf(app, transfer, workspace)
  if (ending !== undefined) return endTransfer(app, pass, transfer, workspace, ending)
  if (transfer.state === 'EXPECTED') return againAt(transfer.expiresAt)
  if (transfer.sealedSource === null) return followSink(app, pass, transfer)
  if (transfer.paused || workspace.state !== 'READY') return pause(app, pass, transfer)
  return pull(app, pass, transfer, workspace)
}

/** Bytes come through the sink. A sender that died gives the expectation its place back. */
async function followSink(app: Application, pass: Pass, transfer: Transfer): Promise<Outcome> {
  const { workspaceId, input, id } = transfer
  const held = await app.database.read.inputs.get({ workspaceId, name: input })
  const now = app.now()
  const begun = transfer.startedAt ?? now
  const aliveUntil = held?.writer === id ? held.writerUntil : secondsFrom(begun, writerSeconds)
  if (aliveUntil !== null && aliveUntil > now)
    return againAtEarliest(aliveUntil, transfer.expiresAt)
  await pass.record(async (tx) => {
    const current = await tx.transfers.get({ id })
    if (current?.state !== 'RUNNING') return
    await changeTransfer(app, tx, current, { state: 'EXPECTED' })
    await releaseInput(tx, workspaceId, input, id)
  })
  return againAt(transfer.expiresAt)
}

/** Nothing moves while the flow or the workspace is suspended, or the bucket is not there yet; the resume wakes it. */
async function pause(app: Application, pass: Pass, transfer: Transfer): Promise<Outcome> {
  if (transfer.state === 'RUNNING') {
    await pass.record(async (tx) => {
      if (await hasEndedMeanwhile(tx, transfer)) return
      await changeTransfer(app, tx, transfer, { state: 'QUEUED' })
      await releaseInput(tx, transfer.workspaceId, transfer.input, transfer.id)
    })
  }
  return againAt(transfer.expiresAt)
}

async function pull(
  app: Application,
  pass: Pass,
  transfer: Transfer,
  workspace: Workspace,
): Promise<Outcome> {
  const running = await pass.record((tx) => begin(app, tx, transfer))
  if (running === undefined) return againAt(secondsFrom(app.now(), 2))
  try {
    const result = await copySource(app, pass, running, workspace)
    await pass.record((tx) => recordSuccess(app, tx, running, result))
    return againAt(app.now())
  } catch (error) {
    return settlePullError(app, pass, running, error)
  }
}

/** Takes the input and shows RUNNING; undefined while another writer has it. */
async function begin(
  app: Application,
  tx: Transaction,
  transfer: Transfer,
): Promise<Transfer | undefined> {
  const origin = { type: 'pull', transferId: transfer.id } as const
  const { workspaceId, input, id } = transfer
  if (await hasEndedMeanwhile(tx, transfer)) return undefined
  if (!(await claimInput(app, tx, workspaceId, input, id, origin))) return undefined
  const startedAt = transfer.startedAt ?? app.now()
  return changeTransfer(app, tx, transfer, { state: 'RUNNING', startedAt, stateReason: null })
}

async function copySource(
  app: Application,
  pass: Pass,
  transfer: Transfer,
  workspace: Workspace,
): Promise<PullResult> {
  const opened = await openSealed(app, transfer)
  const beginning = await beginningOf(app, transfer)
  await using watch = watchTransfer(app, pass, transfer)
  return await pullSource({
    reader: renewingReader(app, pass, transfer, opened),
    store: app.store,
    bucket: workspace.bucket,
    key: inputKey(transfer.input),
    source: opened.source,
    state: beginning.state,
    expectedBytes: transfer.expectedBytes,
    expectedSha256: transfer.expectedSha256,
    maxBytes: Math.max(0, workspace.limits.storageBytes - workspace.storageBytes),
    condition: {},
    journal: adoptingJournal(
      pass,
      transfer,
      beginning,
      transferJournal(pass, transfer.id, watch.progress),
    ),
    beforePublish: async () => {
      await pass.renew()
      if (await hasEndedMeanwhile(app.database.read, transfer))
        throw new PullCancelled('the transfer was ended')
    },
    signal: watch.signal,
  })
}

async function recordSuccess(
  app: Application,
  tx: Transaction,
  transfer: Transfer,
  result: PullResult,
): Promise<void> {
  const { workspaceId, input, id } = transfer
  if (await hasEndedMeanwhile(tx, transfer)) return
  const origin = { type: 'pull', transferId: id } as const
  await changeTransfer(app, tx, transfer, {
    state: 'SUCCEEDED',
    stateReason: null,
    bytesDone: result.bytes,
    bytesTotal: result.bytes,
    bytesPerSecond: null,
    sha256: result.sha256,
    sealedSource: null,
    uploadId: null,
    endedAt: app.now(),
  })
  await tx.transferParts.deleteWhere({ transferId: id })
  await recordInputAvailable(app, tx, availableFile(app, workspaceId, input, { ...result, origin }))
  await wakeFlow(app, tx, transfer)
  app.metrics.count('transferred_bytes_total', { way: 'pull' }, result.bytes)
}

/** A pull that was told to stop is looked at again; a final failure ends it; anything else is tried again. */
async function settlePullError(
  app: Application,
  pass: Pass,
  transfer: Transfer,
  error: unknown,
): Promise<Outcome> {
  if (error instanceof PullCancelled || error instanceof TransferPaused) return againAt(app.now())
  const ending = finalFailure(error)
  if (ending !== undefined) {
    await pass.record((tx) => recordEnd(app, tx, transfer, { state: 'FAILED', failure: ending }))
    return againAt(app.now())
  }
  if (pass.signal.aborted) throw error
  return retry(app, pass, transfer, error)
}

function finalFailure(error: unknown): Failure | undefined {
  if (error instanceof FailureError && error.failure.class !== 'system') return error.failure
  if (error instanceof PreconditionError)
    return failure('input-changed', 'The input was replaced meanwhile.')
  if (error instanceof ProblemError && error.code === 'input-in-use') {
    return failure('input-changed', error.detail)
  }
  return undefined
}

async function retry(
  app: Application,
  pass: Pass,
  transfer: Transfer,
  error: unknown,
): Promise<Outcome> {
  const current = await app.database.read.transfers.get({ id: transfer.id })
  if (current === undefined) return done
  const progressed = current.bytesDone > transfer.bytesDone
  const attempts = progressed ? 1 : current.attempts + 1
  const reason =
    error instanceof FailureError
      ? error.failure
      : failure('internal', 'The transfer met an error.')
  if (attempts >= maxAttempts) {
    await pass.record((tx) => recordEnd(app, tx, current, { state: 'FAILED', failure: reason }))
    return againAt(app.now())
  }
  if (!(error instanceof FailureError))
    app.log.warn({ transferId: transfer.id, error: String(error) }, 'a pull met an error')
  const until = secondsFrom(app.now(), Math.min(60, 2 ** attempts))
  await pass.record(async (tx) => {
    if (await hasEndedMeanwhile(tx, transfer)) return
    const since = app.now().toISOString()
    const stateReason = {
      code: 'retry-backoff',
      message: reason.message,
      since,
      until: until.toISOString(),
    } as const
    await changeTransfer(app, tx, current, { state: 'QUEUED', attempts, stateReason })
    await releaseInput(tx, transfer.workspaceId, transfer.input, transfer.id)
  })
  return againAt(until)
}
