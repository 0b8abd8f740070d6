import type { Readable } from 'node:stream'
import type { SourceReader } from '../ports/source-reader.ts'
import type { ObjectStore } from '../ports/object-store.ts'
import { newPull, type PullResult } from './pull-request.ts'
import { pullSource } from './pull-source.ts'

export interface StreamToStore {
  readonly store: ObjectStore
  readonly bucket: string
  readonly key: string
  /** Its chunks are used up. */
  readonly body: Readable
  /** As announced; null: not known. */
  readonly bytes: number | null
  readonly expectedSha256: string | null
  readonly maxBytes: number
  readonly beforePublish: () => Promise<void>
  readonly progress?: (bytes: number) => void
  readonly signal: AbortSignal
}

const nothing = () => Promise.resolve()

/**
 * Puts a body that can be read once into one object, with bounded memory, its length and digest verified before it is
 * visible. Leaves no unfinished upload behind. Throws as `pullSource` does; a body that breaks is `no-progress`.
 */
export async function storeStream(request: StreamToStore): Promise<PullResult> {
  const { store, bucket, key, body, bytes, signal } = request
  const validator = {
    etag: null,
    lastModified: null,
    bytes,
    acceptsRanges: false,
    contentType: null,
  }
  const reader: SourceReader = { open: () => Promise.resolve({ validator, start: 0, body }) }
  const uploads: string[] = []
  try {
    return await pullSource({
      reader,
      store,
      bucket,
      key,
      source: { type: 'http', url: 'body:', headers: {}, refresh: null },
      state: newPull,
      expectedBytes: bytes,
      expectedSha256: request.expectedSha256,
      maxBytes: request.maxBytes,
      condition: {},
      journal: {
        sourceSeen: nothing,
        uploadCreated: (uploadId) => {
          uploads.push(uploadId)
          return nothing()
        },
        partDone: nothing,
        startedAnew: nothing,
        progress: request.progress ?? (() => undefined),
      },
      beforePublish: request.beforePublish,
      signal,
      retries: { tries: 1, firstDelayMs: 0, maxDelayMs: 0, maxPauseMs: 0 },
    })
  } catch (error) {
    for (const upload of uploads) {
      await store.abortUpload(bucket, key, upload, AbortSignal.timeout(10_000)).catch(nothing)
    }
    throw error
  }
}
