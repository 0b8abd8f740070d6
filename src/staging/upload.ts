import { createHash, type Hash } from 'node:crypto'
import { StoreError, type StagingStore } from './staging-store.ts'

const mebibyte = 1024 * 1024
const leastPartBytes = 8 * mebibyte
const maxParts = 10_000
const maxDepth = 3
const inFlightBytes = maxDepth * leastPartBytes
const maxRounds = 3

export interface UploadSource {
  /** No more bytes than this come; decides the size of parts. */
  readonly maxBytes: number
  readonly contentType: string
  /** The bytes from their start; a chunk may be overwritten once the next one is asked for. */
  readonly open: () => AsyncIterable<Uint8Array>
}

export interface UploadedObject {
  readonly bytes: number
  readonly sha256: string
  readonly etag: string
}

/** Parts so large that 10,000 suffice, and so many at once that memory stays bounded. */
export function partPlan(maxBytes: number): { partBytes: number; depth: number } {
  const needed = Math.ceil(maxBytes / maxParts / mebibyte) * mebibyte
  const partBytes = Math.max(leastPartBytes, needed)
  return {
    partBytes,
    depth: Math.max(1, Math.min(maxDepth, Math.floor(inFlightBytes / partBytes))),
  }
}

/** Uploads in one request, or in parts; nothing is published unless all bytes came. */
export async function upload(
  store: StagingStore,
  key: string,
  source: UploadSource,
  signal: AbortSignal,
): Promise<UploadedObject> {
  for (let round = 1; ; round++) {
    try {
      return await uploadOnce(store, key, source, signal)
    } catch (error) {
      const uploadGone = error instanceof StoreError && error.kind === 'absent'
      if (!uploadGone || round === maxRounds) throw error
    }
  }
}

async function uploadOnce(
  store: StagingStore,
  key: string,
  source: UploadSource,
  signal: AbortSignal,
): Promise<UploadedObject> {
  const { partBytes, depth } = partPlan(source.maxBytes)
  const buffers = new Buffers(Math.min(partBytes, Math.max(1, source.maxBytes)))
  const sum = { hash: createHash('sha256'), bytes: 0 }
  const parts = inParts(source.open(), buffers, sum)
  try {
    const first = await parts.next()
    const part = first.done === true ? Buffer.alloc(0) : first.value
    if (part.length < partBytes) {
      await expectEnd(parts)
      const { etag } = await store.put(key, part, source.contentType, signal)
      return { bytes: sum.bytes, sha256: sum.hash.digest('hex'), etag }
    }
    const uploadId = await store.createUpload(key, source.contentType, signal)
    const etag = await sendParts({ store, key, uploadId, depth, buffers }, part, parts, signal)
    return { bytes: sum.bytes, sha256: sum.hash.digest('hex'), etag }
  } finally {
    await parts.return(undefined)
  }
}

async function expectEnd(parts: AsyncGenerator<Buffer, void>): Promise<void> {
  const { done } = await parts.next()
  if (done !== true) throw new RangeError('more bytes came than were announced')
}

interface Sending {
  readonly store: StagingStore
  readonly key: string
  readonly uploadId: string
  readonly depth: number
  readonly buffers: Buffers
}

async function sendParts(
  { store, key, uploadId, depth, buffers }: Sending,
  first: Buffer,
  rest: AsyncGenerator<Buffer, void>,
  signal: AbortSignal,
): Promise<string> {
  const stop = new AbortController()
  const partSignal = AbortSignal.any([signal, stop.signal])
  const running = new Set<Promise<void>>()
  const etags: string[] = []
  const send = (body: Buffer, partNumber: number) => {
    const sent = store
      .uploadPart({ key, uploadId, partNumber, body }, partSignal)
      .then(({ etag }) => {
        etags[partNumber - 1] = etag
        buffers.release(body)
        running.delete(sent)
      })
    sent.catch(() => undefined)
    running.add(sent)
  }
  try {
    let count = 1
    send(first, count)
    for await (const part of rest) {
      while (running.size >= depth) await Promise.race(running)
      send(part, ++count)
    }
    await Promise.all(running)
    return (await store.completeUpload(key, uploadId, etags, signal)).etag
  } catch (error) {
    stop.abort()
    await Promise.allSettled(running)
    await abortQuietly(store, key, uploadId)
    throw error
  }
}

/** What is left of an upload costs nothing but space, and the bucket's life-cycle rule ends it after a day. */
async function abortQuietly(store: StagingStore, key: string, uploadId: string): Promise<void> {
  await store.abortUpload(key, uploadId, AbortSignal.timeout(5_000)).catch(() => undefined)
}

/** Cuts chunks into full buffers; the last one may be shorter. */
async function* inParts(
  chunks: AsyncIterable<Uint8Array>,
  buffers: Buffers,
  sum: { hash: Hash; bytes: number },
): AsyncGenerator<Buffer, void> {
  let buffer = buffers.take()
  let filled = 0
  for await (const chunk of chunks) {
    sum.hash.update(chunk)
    sum.bytes += chunk.length
    for (let at = 0; at < chunk.length;) {
      const bytes = Math.min(chunk.length - at, buffer.length - filled)
      buffer.set(chunk.subarray(at, at + bytes), filled)
      at += bytes
      filled += bytes
      if (filled < buffer.length) continue
      yield buffer
      buffer = buffers.take()
      filled = 0
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
}

/** Buffers of one size, used again and again, so that memory does not grow with the object. */
class Buffers {
  readonly #bytes: number
  readonly #free: Buffer[] = []

  constructor(bytes: number) {
    this.#bytes = bytes
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bytes)
  }

  release(buffer: Buffer): void {
    if (buffer.length === this.#bytes) this.#free.push(buffer)
  }
}
