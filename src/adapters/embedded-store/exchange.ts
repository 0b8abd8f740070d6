import type { ServerResponse } from 'node:http'
import type { DatabaseSync } from 'node:sqlite'
import type { BucketRows } from './bucket-rows.ts'
import type { DataFiles } from './data-files.ts'
import type { ObjectRows } from './object-rows.ts'
import type { BodySource } from './request-body.ts'
import type { S3Request } from './s3-request.ts'
import type { UploadRows } from './upload-rows.ts'

/** What all operations work on. */
export interface Store {
  readonly database: DatabaseSync
  readonly buckets: BucketRows
  readonly objects: ObjectRows
  readonly uploads: UploadRows
  readonly files: DataFiles
  readonly region: string
  readonly now: () => Date
}

/** One authenticated and authorised request, as an operation sees it. */
export interface Exchange {
  readonly store: Store
  readonly request: S3Request
  readonly body: BodySource
  /** Whether the caller may also do this. */
  readonly allows: (action: string, bucket: string, key?: string) => boolean
  /** Throws AccessDenied if what the request was admitted for is not allowed any more. */
  readonly admitAgain: () => void
}

/** What an operation answers. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: string
  /** Writes the content, after the head was sent. */
  readonly stream?: (response: ServerResponse) => Promise<void>
}

export const xmlReply = (text: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/xml', ...headers },
  text,
})

export const emptyReply = (status: number, headers: Readonly<Record<string, string>> = {}) => ({
  status,
  headers,
})

export type BucketHandler = (exchange: Exchange, bucket: string) => Promise<Reply> | Reply
export type ObjectHandler = (
  exchange: Exchange,
  bucket: string,
  key: string,
) => Promise<Reply> | Reply
