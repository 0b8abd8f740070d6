import { createHash, type Hash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { PreconditionError } from '../ports/object-store.ts'
import { openSource } from './pull-bytes.ts'
import { ChunkCutter } from './pull-chunks.ts'
import { adoptUpload, removeUploads } from './pull-upload.ts'
import { uploadParts } from './pull-parts.ts'
import {
  newPull,
  PullCancelled,
  StartAnew,
  usualRetries,
  type PulledPart,
  type PullRequest,
  type PullResult,
  type PullState,
} from './pull-request.ts'
import { FailureError, keepsParts } from '../../domain/failure.ts'
import { partBytesFor } from '../../domain/part-size.ts'

/**
 * Copies a source into one object, streaming, with its length and digest verified before success is told. Goes
 * on where `state` left off. Throws `FailureError`; of class `system` it may be called again with what the
 * journal recorded, otherwise (but for `edr-expired`, and for `PreconditionError` and a `PullCancelled` signal) no upload is left behind.
 */
export async function pullSource(request: PullRequest): Promise<PullResult> {
  const { tries, firstDelayMs, maxDelayMs } = request.retries ?? usualRetries
  try {
    let state = await adoptUpload(request)
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await pullOnce(request, state)
      } catch (error) {
        if (!(error instanceof StartAnew)) throw error
        if (restarts + 1 >= tries) throw gaveUp(error)
        await removeUploads(request, request.signal)
        await request.journal.startedAnew()
        state = newPull
        const pause = Math.min(maxDelayMs, firstDelayMs * 2 ** restarts)
        await delay(pause, undefined, { signal: request.signal })
      }
    }
  } catch (error) {
    const cause: unknown = request.signal.aborted ? request.signal.reason : error
    if (isFinal(cause)) await removeUploads(request, AbortSignal.timeout(10_000)).catch(() => null)
    throw cause
  }
}

function gaveUp(error: StartAnew): unknown {
  return error.cause instanceof FailureError
    ? error.cause
    : new FailureError('no-progress', 'The source could not be read to its end.')
}

function isFinal(error: unknown): boolean {
  if (error instanceof FailureError)
    return error.failure.class !== 'system' && !keepsParts(error.failure)
  return error instanceof PullCancelled || error instanceof PreconditionError
}

const sum = (parts: readonly PulledPart[]) => parts.reduce((total, { bytes }) => total + bytes, 0)

async function pullOnce(request: PullRequest, state: PullState): Promise<PullResult> {
  const done = sum(state.parts)
  if (state.uploadId !== null && done > 0 && done === state.validator?.bytes) {
    return finishRecorded(request, state.uploadId, state.parts)
  }
  const opened = await openSource(request, done, state.validator, state.inherited)
  const { bytes } = opened.validator
  try {
    checkAnnounced(request, bytes)
    await request.journal.sourceSeen(opened.validator)
    return await copy(request, state, bytes, new ChunkCutter(opened.chunks))
  } finally {
    await opened.close()
  }
}

function checkAnnounced({ expectedBytes, maxBytes }: PullRequest, announced: number | null) {
  if (announced === null) return
  if (announced > maxBytes) throw tooLong(maxBytes)
  if (expectedBytes !== null && announced !== expectedBytes) {
    throw wrongLength(announced, expectedBytes)
  }
}

const tooLong = (maxBytes: number) =>
  new FailureError('limit-reached', `The source has more than the ${maxBytes} bytes that are left.`)

const wrongLength = (bytes: number, expected: number) =>
  new FailureError('length-mismatch', `The source has ${bytes} bytes instead of ${expected}.`)

/** A body within one part is put at once; a longer one becomes an upload, recorded before its first part. */
async function copy(
  request: PullRequest,
  state: PullState,
  total: number | null,
  cutter: ChunkCutter,
): Promise<PullResult> {
  const partBytes = state.partBytes ?? partBytesFor(total, request.maxBytes)
  const whole = createHash('sha256')
  const onChunk = watchBytes(request, sum(state.parts), total, whole)
  let held: Buffer<ArrayBuffer> | null = null
  let uploadId = state.uploadId
  if (uploadId === null) {
    if (total === null || total <= partBytes) {
      held = await cutter.fill(Buffer.allocUnsafeSlow(total ?? partBytes), onChunk)
      if (held.length < partBytes || held.length === total) {
        return putWhole(request, held, whole.digest('hex'))
      }
    }
    uploadId = await request.store.createUpload(request.bucket, request.key, request.signal)
    await request.journal.uploadCreated(uploadId, partBytes)
  }
  const done = state.parts
  const body = { request, uploadId, partBytes, done, total, cutter, held, onChunk }
  const parts = await uploadParts(body)
  return finish(request, uploadId, parts, done.length === 0 ? whole.digest('hex') : null)
}

/** Counts, limits, hashes and reports each chunk. */
function watchBytes(
  { maxBytes, journal }: PullRequest,
  from: number,
  total: number | null,
  whole: Hash,
): (chunk: Buffer) => void {
  let bytes = from
  return (chunk) => {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLong(maxBytes)
    if (total !== null && bytes > total) throw wrongLength(bytes, total)
    whole.update(chunk)
    journal.progress(bytes)
  }
}

async function putWhole(request: PullRequest, body: Buffer, sha256: string): Promise<PullResult> {
  checkLength(request, body.length)
  checkDigest(request, sha256)
  await request.beforePublish()
  const { bucket, key, condition, signal } = request
  const { etag } = await request.store.put(bucket, key, body, condition, signal)
  return { bytes: body.length, sha256, etag }
}

/**
 * Publishes. Without a digest of the whole (its first parts came in an earlier run) the object is read again
 * before success is told, and deleted when it is not what was expected.
 */
async function finish(
  request: PullRequest,
  uploadId: string,
  parts: readonly PulledPart[],
  sha256: string | null,
): Promise<PullResult> {
  const { bucket, key, store, condition, signal } = request
  const bytes = sum(parts)
  checkLength(request, bytes)
  if (sha256 !== null) checkDigest(request, sha256)
  await request.beforePublish()
  const { etag } = await store.completeUpload(bucket, key, uploadId, parts, condition, signal)
  if (sha256 !== null) return { bytes, sha256, etag }
  const read = await digestOf(request, etag)
  try {
    checkDigest(request, read)
  } catch (error) {
    await request.beforePublish()
    await store.delete(bucket, key, signal)
    throw error
  }
  return { bytes, sha256: read, etag }
}

/** Every part is there already. An upload that is gone without its object is begun anew. */
async function finishRecorded(
  request: PullRequest,
  uploadId: string,
  parts: readonly PulledPart[],
): Promise<PullResult> {
  const { store, bucket, key, signal } = request
  try {
    return await finish(request, uploadId, parts, null)
  } catch (error) {
    const lost = error instanceof FailureError && error.failure.code === 'store-unavailable'
    if (!lost || (await store.listParts(bucket, key, uploadId, signal)) !== null) throw error
    throw new StartAnew('the upload is gone', { cause: error })
  }
}

async function digestOf({ bucket, key, store, signal }: PullRequest, etag: string) {
  const object = await store.read(bucket, key, { ifMatch: etag }, signal)
  if (object === null) throw new FailureError('store-unavailable', 'The new object is not there.')
  const digest = createHash('sha256')
  for await (const chunk of object.body) if (Buffer.isBuffer(chunk)) digest.update(chunk)
  return digest.digest('hex')
}

function checkLength({ expectedBytes }: PullRequest, bytes: number) {
  if (expectedBytes !== null && bytes !== expectedBytes) throw wrongLength(bytes, expectedBytes)
}

function checkDigest({ expectedSha256 }: PullRequest, sha256: string) {
  if (expectedSha256 === null || expectedSha256.toLowerCase() === sha256) return
  throw new FailureError('digest-mismatch', `The source has the SHA-256 ${sha256}.`)
}
