import { ProblemError } from '../../domain/problem.ts'
import type { Transfer } from '../../domain/transfer.ts'
import { hasEnded, type Workspace } from '../../domain/workspace.ts'
import { notLive } from '../access/authenticate-consumer.ts'
import type { Application } from '../application.ts'

const everyMs = 1000

export interface SinkWatch extends AsyncDisposable {
  /** Ends when the transfer is cancelled or over, or its workspace is not open any more. */
  readonly signal: AbortSignal
  readonly progress: (bytes: number) => void
}

/** While a third party sends: shows how much has come, and stops it within seconds of the end of its right. */
export function watchSink(app: Application, transfer: Transfer, signal: AbortSignal): SinkWatch {
  const stop = new AbortController()
  const key = { id: transfer.id }
  const begun = performance.now()
  let bytes = 0
  let looking = Promise.resolve()

  const look = async () => {
    const seconds = Math.max(1, performance.now() - begun) / 1000
    const { read } = app.database
    const [current, workspace] = await Promise.all([
      read.transfers.get(key),
      read.workspaces.get({ id: transfer.workspaceId }),
    ])
    const goesOn =
      current?.state === 'RUNNING' &&
      current.cancelRequestedAt === null &&
      !current.paused &&
      workspace?.state === 'READY'
    if (!goesOn) {
      stop.abort(whyStopped(current, workspace))
      return
    }
    const bytesPerSecond = Math.round(bytes / seconds)
    await read.transfers.updateWhere(
      { ...key, state: 'RUNNING' },
      { bytesDone: bytes, bytesPerSecond },
    )
  }
  const timer = setInterval(() => {
    looking = looking.then(look).catch((error: unknown) => stop.abort(error))
  }, everyMs)

  return {
    signal: AbortSignal.any([stop.signal, signal]),
    progress: (now) => {
      bytes = now
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

function whyStopped(transfer: Transfer | undefined, workspace: Workspace | undefined) {
  if (workspace === undefined || hasEnded(workspace)) return notLive('ended')
  if (transfer?.paused === true || workspace.state === 'SUSPENDED') return notLive('suspended')
  return new ProblemError('state-conflict', 'The transfer takes no more bytes.')
}
