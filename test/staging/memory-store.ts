import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { PinnedObject } from '../../src/domain/job.ts'
import { StoreError, type StagingStore, type UploadPart } from '../../src/staging/staging-store.ts'

/** A store in memory, which can be told to fail. `fail` is asked before each call. */
export class MemoryStore implements StagingStore {
  readonly objects = new Map<string, Buffer>()
  readonly uploads = new Map<string, { key: string; parts: Map<number, Buffer> }>()
  fail: (call: string, key: string) => StoreError | null = () => null
  /** Breaks the body of `open` after so many bytes, once each. */
  readonly breaks: number[] = []

  pin(key: string, body: string | Buffer): PinnedObject {
    this.objects.set(key, Buffer.from(body))
    return { key, etag: this.#etag(key), bytes: Buffer.byteLength(body) }
  }

  open(key: string, { ifMatch, start }: { ifMatch: string; start: number }): Promise<Readable> {
    return this.#call('open', key, () => {
      const body = this.#need(key)
      if (ifMatch !== this.#etag(key)) throw new StoreError('changed', '412')
      return Readable.from(chunks(body.subarray(start), this.breaks.shift()), { objectMode: false })
    })
  }

  readText(key: string): Promise<string | null> {
    return this.#call('readText', key, () => this.objects.get(key)?.toString() ?? null)
  }

  putIfAbsent(key: string, body: Uint8Array): Promise<boolean> {
    return this.#call('putIfAbsent', key, () => {
      if (this.objects.has(key)) return false
      this.objects.set(key, Buffer.from(body))
      return true
    })
  }

  put(key: string, body: Uint8Array): Promise<{ etag: string }> {
    return this.#call('put', key, () => {
      this.objects.set(key, Buffer.from(body))
      return { etag: this.#etag(key) }
    })
  }

  createUpload(key: string): Promise<string> {
    return this.#call('createUpload', key, () => {
      const id = `upload-${this.uploads.size}`
      this.uploads.set(id, { key, parts: new Map() })
      return id
    })
  }

  uploadPart({ key, uploadId, partNumber, body }: UploadPart): Promise<{ etag: string }> {
    return this.#call('uploadPart', key, () => {
      this.#upload(uploadId).parts.set(partNumber, Buffer.from(body))
      return { etag: String(partNumber) }
    })
  }

  completeUpload(
    key: string,
    uploadId: string,
    etags: readonly string[],
  ): Promise<{ etag: string }> {
    return this.#call('completeUpload', key, () => {
      const { parts } = this.#upload(uploadId)
      this.objects.set(
        key,
        Buffer.concat(etags.map((etag) => parts.get(Number(etag)) ?? Buffer.alloc(0))),
      )
      this.uploads.delete(uploadId)
      return { etag: this.#etag(key) }
    })
  }

  abortUpload(key: string, uploadId: string): Promise<void> {
    return this.#call('abortUpload', key, () => {
      this.uploads.delete(uploadId)
    })
  }

  async #call<T>(call: string, key: string, action: () => T): Promise<T> {
    await Promise.resolve()
    const error = this.fail(call, key)
    if (error !== null) throw error
    return action()
  }

  #need(key: string): Buffer {
    const body = this.objects.get(key)
    if (body === undefined) throw new StoreError('absent', '404')
    return body
  }

  #upload(id: string) {
    const upload = this.uploads.get(id)
    if (upload === undefined) throw new StoreError('absent', 'no such upload')
    return upload
  }

  #etag(key: string): string {
    return `"${createHash('md5').update(this.#need(key)).digest('hex')}"`
  }
}

function* chunks(body: Buffer, breakAfter = Infinity): Generator<Buffer> {
  for (let at = 0; at < body.length; at += 65_536) {
    if (at + 65_536 > breakAfter) {
      if (at < breakAfter) yield body.subarray(at, breakAfter)
      throw new Error('connection reset')
    }
    yield body.subarray(at, at + 65_536)
  }
}
