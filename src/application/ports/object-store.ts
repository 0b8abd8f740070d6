import type { Readable } from 'node:stream'
import type { StoreAccess } from '../../domain/workspace.ts'
import type { SessionPurpose } from '../../domain/session-policy.ts'

export interface ObjectInfo {
  readonly key: string
  readonly bytes: number
  readonly etag: string
  readonly lastModified: Date
  /** SHA-256 of the whole object, hexadecimal, where the store keeps it. */
  readonly sha256: string | null
}

export interface UploadedPart {
  readonly partNumber: number
  readonly etag: string
}

/** Conditions of a write that publishes. `absent`: only if the key does not exist. */
export interface WriteCondition {
  readonly ifAbsent?: true
  readonly ifMatch?: string
}

export interface RemovalCount {
  readonly objects: number
  readonly bytes: number
  readonly uploads: number
}

/**
 * The service's own access to the object store (its permanent key). Plain S3. Throws `FailureError`
 * (`store-unavailable`, `internal`), and `PreconditionError` where a condition does not hold.
 */
export interface ObjectStore {
  readonly endpoint: string
  /** What consumers use and presigned URLs are signed for. */
  readonly publicEndpoint: string
  readonly region: string
  readonly forcePathStyle: boolean
  /** Whether living sessions of consumers can be cut at once (a bucket policy against their role). */
  readonly cutsSessions: boolean

  /** Bucket there with tags, life-cycle rule and no public access. There and not ours: `internal`. */
  ensureBucket(bucket: string, workspaceId: string, signal: AbortSignal): Promise<void>
  head(bucket: string, key: string, signal?: AbortSignal): Promise<ObjectInfo | null>
  /** Keys in byte order, below `prefix`, after `after`; at most `limit` (1,000). */
  list(
    bucket: string,
    options: { prefix: string; after?: string; limit?: number },
    signal?: AbortSignal,
  ): Promise<{ objects: readonly ObjectInfo[]; next: string | null }>
  /** Null: no such key. `range` is inclusive. Throws `PreconditionError` when `ifMatch` fails. */
  read(
    bucket: string,
    key: string,
    options: { range?: { start: number; end: number }; ifMatch?: string },
    signal?: AbortSignal,
  ): Promise<{ info: ObjectInfo; body: Readable } | null>
  put(
    bucket: string,
    key: string,
    body: Uint8Array,
    options: WriteCondition & { contentType?: string },
    signal?: AbortSignal,
  ): Promise<{ etag: string }>
  delete(bucket: string, key: string, signal?: AbortSignal): Promise<void>

  createUpload(bucket: string, key: string, signal: AbortSignal): Promise<string>
  /** `body` holds exactly `bytes` bytes. */
  uploadPart(
    bucket: string,
    key: string,
    part: {
      readonly uploadId: string
      readonly partNumber: number
      readonly bytes: number
      readonly body: Readable | Uint8Array
    },
    signal: AbortSignal,
  ): Promise<{ etag: string }>
  listParts(
    bucket: string,
    key: string,
    uploadId: string,
    signal: AbortSignal,
  ): Promise<readonly (UploadedPart & { readonly bytes: number })[] | null>
  completeUpload(
    bucket: string,
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
    condition: WriteCondition,
    signal: AbortSignal,
  ): Promise<{ etag: string }>
  /** Already gone: success. */
  abortUpload(bucket: string, key: string, uploadId: string, signal: AbortSignal): Promise<void>
  listUploads(
    bucket: string,
    prefix: string,
    signal: AbortSignal,
  ): Promise<readonly { key: string; uploadId: string }[]>

  /** Sets the bucket policy so that sessions of consumers, or of all but the service, are denied. */
  setAccess(bucket: string, access: StoreAccess, signal: AbortSignal): Promise<void>
  measure(bucket: string, signal: AbortSignal): Promise<{ objects: number; bytes: number }>
  /** Deletes objects, versions and unfinished uploads until a full listing is empty. */
  empty(bucket: string, signal: AbortSignal): Promise<RemovalCount>
  /** Already gone: success. */
  deleteBucket(bucket: string, signal: AbortSignal): Promise<void>
  /** Buckets of this installation. */
  listBuckets(signal: AbortSignal): Promise<readonly string[]>
  presignGet(
    bucket: string,
    key: string,
    credentials: SessionCredentials,
    seconds: number,
  ): Promise<string>
}

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: Date
}

/** Temporary credentials by `AssumeRole` with an inline session policy. Made on demand, never stored. */
export interface CredentialIssuer {
  readonly minimumSeconds: number
  readonly maximumSeconds: number
  issue(
    bucket: string,
    purpose: SessionPurpose,
    seconds: number,
    signal?: AbortSignal,
  ): Promise<SessionCredentials>
  /** True when the session can no longer list its bucket: the proof of a cut. */
  isCut(bucket: string, credentials: SessionCredentials, signal: AbortSignal): Promise<boolean>
}

/** `If-Match` or `If-None-Match` did not hold. */
export class PreconditionError extends Error {
  override readonly name = 'PreconditionError'
}
