import type { Readable } from 'node:stream'

/**
 * What the agent asks of the object store, in one bucket, with its own scoped session. Throws `StoreError`.
 * ETags are as the store writes them.
 */
export interface StagingStore {
  /** The object's bytes from `start` on, if its ETag still is `ifMatch` (`changed`, `absent`). */
  open(
    key: string,
    options: { readonly ifMatch: string; readonly start: number },
    signal: AbortSignal,
  ): Promise<Readable>
  /** A small object as text; null: none. */
  readText(key: string, signal: AbortSignal): Promise<string | null>
  /** False: there is an object already, and it stays. */
  putIfAbsent(key: string, body: Uint8Array, signal: AbortSignal): Promise<boolean>
  put(
    key: string,
    body: Uint8Array,
    contentType: string,
    signal: AbortSignal,
  ): Promise<{ etag: string }>
  createUpload(key: string, contentType: string, signal: AbortSignal): Promise<string>
  uploadPart(part: UploadPart, signal: AbortSignal): Promise<{ etag: string }>
  /** `absent`: no such upload; it may have been completed by a call whose answer was lost. */
  completeUpload(
    key: string,
    uploadId: string,
    etags: readonly string[],
    signal: AbortSignal,
  ): Promise<{ etag: string }>
  abortUpload(key: string, uploadId: string, signal: AbortSignal): Promise<void>
}

export interface UploadPart {
  readonly key: string
  readonly uploadId: string
  readonly partNumber: number
  readonly body: Uint8Array
}

/**
 * `away`: cannot be reached, overloaded, or the session has run out: worth another try for as long as there is time.
 * `denied`: the session may not; `changed`, `absent`: a condition or key; `refused`: any other answer.
 */
export type StoreErrorKind = 'away' | 'denied' | 'changed' | 'absent' | 'refused'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly kind: StoreErrorKind

  constructor(kind: StoreErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}
