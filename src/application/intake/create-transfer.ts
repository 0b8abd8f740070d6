import type { Transfer, TransferState } from '../../domain/transfer.ts'
import { secondsFrom, type Application } from '../application.ts'

export interface TransferWish {
  readonly id: string
  readonly workspaceId: string
  readonly input: string
  readonly flowId: string | null
  readonly state: TransferState
  readonly waitSeconds: number
  readonly expectedBytes?: number
  readonly expectedSha256?: string
}

/** A transfer in its first state. */
export function newTransfer(app: Application, wish: TransferWish): Transfer {
  const now = app.now()
  return {
    id: wish.id,
    workspaceId: wish.workspaceId,
    input: wish.input,
    flowId: wish.flowId,
    state: wish.state,
    stateReason: null,
    paused: false,
    expected: wish.state === 'EXPECTED',
    boundProcessId: null,
    sealedSource: null,
    sourceSummary: null,
    expectedBytes: wish.expectedBytes ?? null,
    expectedSha256: wish.expectedSha256?.toLowerCase() ?? null,
    bytesDone: 0,
    bytesTotal: wish.expectedBytes ?? null,
    bytesPerSecond: null,
    validator: null,
    uploadId: null,
    partBytes: null,
    attempts: 0,
    failure: null,
    createdAt: now,
    startedAt: null,
    endedAt: null,
    expiresAt: secondsFrom(now, wish.waitSeconds),
    cancelRequestedAt: null,
    sha256: null,
  }
}
