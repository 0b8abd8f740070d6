import type { Transfer } from '../../domain/transfer.ts'
import { isFinalTransfer } from '../../domain/transfer.ts'
import type { Application } from '../application.ts'
import { keepClaim } from './input-writer.ts'
import { PullCancelled } from './pull-request.ts'
import type { Pass } from '../reconciler.ts'

const everyMs = 500

export interface TransferWatch extends AsyncDisposable {
  readonly signal: AbortSignal
  readonly progress: (bytes: number) => void
}

/**
 * While bytes move: shows the progress, keeps the claim on the input, and stops the pull when its transfer is
 * cancelled or paused, or its workspace is not open any more.
 */
export function watchTransfer(app: Application, pass: Pass, transfer: Transfer): TransferWatch {
  const stop = new AbortController()
  const begun = performance.now()
  let bytes = transfer.bytesDone
  let looking = Promise.resolve()

  const look = async () => {
    const bytesPerSecond = Math.round(
      ((bytes - transfer.bytesDone) / Math.max(1, performance.now() - begun)) * 1000,
    )
    const current = await pass.record(async (tx) => {
      await tx.transfers.update({ id: transfer.id }, { bytesDone: bytes, bytesPerSecond })
      const mine = await keepClaim(app, tx, transfer.workspaceId, transfer.input, transfer.id)
      return mine ? tx.transfers.get({ id: transfer.id }) : undefined
    })
    const workspace = await app.database.read.workspaces.get({ id: transfer.workspaceId })
    const goesOn =
      current !== undefined &&
      !isFinalTransfer(current) &&
      current.cancelRequestedAt === null &&
      workspace?.state === 'READY'
    const paused = current?.paused === true || workspace?.state === 'SUSPENDED'
    if (paused) stop.abort(new TransferPaused('paused'))
    else if (!goesOn) stop.abort(new PullCancelled('the transfer was ended'))
  }
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => stop.abort(error))
  }, everyMs)

  return {
    signal: AbortSignal.any([stop.signal, pass.signal]),
    progress: (now) => {
      bytes = now
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

/** As a signal's reason: the pull will go on later with what it has. */
export class TransferPaused extends Error {
  override readonly name = 'TransferPaused'
}
