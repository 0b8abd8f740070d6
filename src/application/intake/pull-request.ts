import type { ObjectStore, WriteCondition } from '../ports/object-store.ts'
import type { SourceReader } from '../ports/source-reader.ts'
import type { Source } from '../../domain/data-address.ts'
import type { SourceValidator, TransferPart } from '../../domain/transfer.ts'

export type PulledPart = Omit<TransferPart, 'transferId'>

/** What an earlier, interrupted pull of the same transfer has recorded. */
export interface PullState {
  readonly validator: SourceValidator | null
  readonly uploadId: string | null
  readonly partBytes: number | null
  readonly parts: readonly PulledPart[]
  /** They came in an earlier transfer: another content is read from its first byte instead of refused. */
  readonly inherited?: boolean
}

export const newPull: PullState = { validator: null, uploadId: null, partBytes: null, parts: [] }

/** Where a pull records how far it is, so that it goes on there after a restart. */
export interface PullJournal {
  sourceSeen(validator: SourceValidator): Promise<void>
  /** Before the first part. */
  uploadCreated(uploadId: string, partBytes: number): Promise<void>
  partDone(part: PulledPart): Promise<void>
  /** The pull begins anew: validator, upload and parts that were recorded are void. */
  startedAnew(): Promise<void>
  /** Bytes that have arrived, for people; at every few KiB, not durable. */
  progress(bytes: number): void
}

export interface PullRetries {
  /** Attempts without progress, one after the other, before the pull gives up with `no-progress`. */
  readonly tries: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  /** A longer pause that the source asks for ends this run instead. */
  readonly maxPauseMs: number
}

export const usualRetries: PullRetries = {
  tries: 5,
  firstDelayMs: 250,
  maxDelayMs: 10_000,
  maxPauseMs: 30_000,
}

export interface PullRequest {
  readonly reader: SourceReader
  readonly store: Pick<
    ObjectStore,
    | 'put'
    | 'read'
    | 'delete'
    | 'createUpload'
    | 'uploadPart'
    | 'listParts'
    | 'completeUpload'
    | 'abortUpload'
    | 'listUploads'
  >
  readonly bucket: string
  readonly key: string
  readonly source: Source
  readonly state: PullState
  readonly expectedBytes: number | null
  /** Hexadecimal. */
  readonly expectedSha256: string | null
  readonly maxBytes: number
  readonly condition: WriteCondition
  readonly journal: PullJournal
  /** Called before the object becomes visible and before it is deleted: renews the lease or throws. */
  readonly beforePublish: () => Promise<void>
  readonly signal: AbortSignal
  readonly retries?: PullRetries
}

export interface PullResult {
  readonly bytes: number
  /** Hexadecimal, of the bytes as they are in the store. */
  readonly sha256: string
  readonly etag: string
}

/** As a signal's reason: the pull will never go on, so its unfinished upload is removed. */
export class PullCancelled extends Error {
  override readonly name = 'PullCancelled'
}

/** The source broke and cannot be read on from the middle: everything from the first byte again. */
export class StartAnew extends Error {
  override readonly name = 'StartAnew'
}
