import { Readable } from 'node:stream'
import type { ChunkCutter } from './pull-chunks.ts'
import type { PulledPart, PullRequest } from './pull-request.ts'
import { FailureError } from '../../domain/failure.ts'
import { largestHeldPartBytes, maxParts } from '../../domain/part-size.ts'

export interface PartsRequest {
  readonly request: PullRequest
  readonly uploadId: string
  readonly partBytes: number
  /** Parts of an earlier run, in order. */
  readonly done: readonly PulledPart[]
  /** Length of the whole, where the source says it. */
  readonly total: number | null
  readonly cutter: ChunkCutter
  /** A part that was read already. */
  readonly held: Buffer<ArrayBuffer> | null
  /** Sees each chunk in order. */
  readonly onChunk: (chunk: Buffer) => void
}

/**
 * Uploads what is left of a body part by part. Small parts are held in memory, one being read while the one
 * before is sent; larger ones go straight through. Returns all parts.
 */
export async function uploadParts(parts: PartsRequest): Promise<readonly PulledPart[]> {
  return parts.partBytes <= largestHeldPartBytes ? uploadHeld(parts) : uploadStreamed(parts)
}

/**
 * Two buffers in turn: one is filled while the other is sent. Their memory is given back at once when all is stored;
 * after a failure, when a broken connection may still read them, they are left to the garbage collection.
 */
async function uploadHeld(parts: PartsRequest): Promise<readonly PulledPart[]> {
  const { partBytes, cutter, onChunk } = parts
  const done = [...parts.done]
  const even = parts.held ?? Buffer.allocUnsafeSlow(partBytes)
  const odd = Buffer.allocUnsafeSlow(partBytes)
  let body = parts.held ?? (await cutter.fill(even, onChunk))
  for (let turn = 1; body.length > 0; turn += 1) {
    const room = turn % 2 === 0 ? even : odd
    const [part, next] = await both(
      sendPart(parts, nextNumber(done), body),
      body.length < partBytes ? nothing() : cutter.fill(room, onChunk),
    )
    done.push(part)
    body = next
  }
  for (const room of [even, odd]) room.buffer.transfer(0)
  return done
}

const nothing = () => Promise.resolve(Buffer.alloc(0))

/** Waits for both, also when one fails, so that nothing goes on in the background. The part counts first. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second])
  if (a.status === 'rejected') throw a.reason
  if (b.status === 'rejected') throw b.reason
  return [a.value, b.value]
}

function nextNumber(done: readonly PulledPart[]): number {
  const number = done.length + 1
  if (number > maxParts) {
    throw new FailureError('limit-reached', 'A source that does not say its length is too long.')
  }
  return number
}

async function sendPart(
  { request, uploadId }: PartsRequest,
  partNumber: number,
  body: Buffer<ArrayBuffer>,
): Promise<PulledPart> {
  const { store, bucket, key, signal, journal } = request
  const { etag } = await store.uploadPart(
    bucket,
    key,
    { uploadId, partNumber, bytes: body.length, body },
    signal,
  )
  const part = { partNumber, bytes: body.length, etag }
  await journal.partDone(part)
  return part
}

async function uploadStreamed(parts: PartsRequest): Promise<readonly PulledPart[]> {
  const done = [...parts.done]
  let left = (parts.total ?? 0) - done.reduce((sum, { bytes }) => sum + bytes, 0)
  while (left > 0) {
    const bytes = Math.min(parts.partBytes, left)
    done.push(await streamPart(parts, nextNumber(done), bytes))
    left -= bytes
  }
  return done
}

/** The source's own failure is what counts, not what the store says about half a part. */
async function streamPart(
  parts: PartsRequest,
  partNumber: number,
  bytes: number,
): Promise<PulledPart> {
  const { store, bucket, key, signal, journal } = parts.request
  const { uploadId } = parts
  const broken = new AbortController()
  const body = Readable.from(exactly(parts, bytes), { objectMode: false })
  let fault: unknown
  body.once('error', (error) => {
    fault = error
    broken.abort()
  })
  try {
    const part = { uploadId, partNumber, bytes, body }
    const { etag } = await store.uploadPart(
      bucket,
      key,
      part,
      AbortSignal.any([signal, broken.signal]),
    )
    const uploaded = { partNumber, bytes, etag }
    await journal.partDone(uploaded)
    return uploaded
  } catch (error) {
    throw fault ?? error
  } finally {
    body.destroy()
  }
}

async function* exactly({ cutter, onChunk }: PartsRequest, bytes: number) {
  let left = bytes
  while (left > 0) {
    const chunk = await cutter.next(left)
    if (chunk === null) throw new FailureError('no-progress', 'The source ended too early.')
    left -= chunk.length
    onChunk(chunk)
    yield chunk
  }
}
