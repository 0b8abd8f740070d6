import type { Failure } from './failure.ts'
import type { StateReason } from './workspace.ts'

export type TransferState = 'EXPECTED' | 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'

export const finalTransferStates: readonly TransferState[] = ['SUCCEEDED', 'FAILED', 'CANCELLED']
export const isFinalTransfer = (transfer: { readonly state: TransferState }) =>
  finalTransferStates.includes(transfer.state)

/** Copying of one data address into a workspace input. */
export interface Transfer {
  readonly id: string
  readonly workspaceId: string
  readonly input: string
  /** The data flow that this transfer belongs to, for third-party flows. */
  readonly flowId: string | null
  readonly state: TransferState
  readonly stateReason: StateReason | null
  /** True while its workspace or its own flow is suspended: nothing moves. */
  readonly paused: boolean
  /** True for an expectation: an address by callback, or bytes by the sink, will come. */
  readonly expected: boolean
  /** The connector's transfer process that the expectation is bound to. */
  readonly boundProcessId: string | null
  /** The source, encrypted (JSON of `Source`); null while none is known. */
  readonly sealedSource: string | null
  /** Type and origin of the source, for people. */
  readonly sourceSummary: { readonly type: string; readonly origin: string } | null
  readonly expectedBytes: number | null
  readonly expectedSha256: string | null
  readonly bytesDone: number
  readonly bytesTotal: number | null
  readonly bytesPerSecond: number | null
  /** Set once the source has answered: later parts must come from the same content. */
  readonly validator: SourceValidator | null
  readonly uploadId: string | null
  readonly partBytes: number | null
  readonly attempts: number
  readonly failure: Failure | null
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly expiresAt: Date
  readonly cancelRequestedAt: Date | null
  /** SHA-256 of what arrived, hexadecimal, when it succeeded. */
  readonly sha256: string | null
}

/** What identifies one content of a source, so that a later range comes from the same bytes. */
export interface SourceValidator {
  readonly etag: string | null
  readonly lastModified: string | null
  readonly bytes: number | null
  readonly acceptsRanges: boolean
  readonly contentType: string | null
}

/** One uploaded part. */
export interface TransferPart {
  readonly transferId: string
  readonly partNumber: number
  readonly bytes: number
  readonly etag: string
}

export interface InputOrigin {
  readonly type: 'upload' | 's3' | 'sink' | 'pull'
  readonly transferId?: string
}

/** Objects in the bucket that jobs can read. */
export interface Input {
  readonly workspaceId: string
  readonly name: string
  readonly state: 'UPLOADING' | 'AVAILABLE'
  readonly kind: 'file' | 'directory'
  readonly bytes: number
  readonly objects: number
  readonly sha256: string | null
  readonly etag: string | null
  readonly origin: InputOrigin
  /** Who moves bytes now (transfer id or request id), and how long that claim lives without renewal. */
  readonly writer: string | null
  readonly writerUntil: Date | null
  readonly updatedAt: Date
}
