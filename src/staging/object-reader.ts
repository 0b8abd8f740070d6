import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { FailureError } from '../domain/failure.ts'
import type { PinnedObject } from '../domain/job.ts'
import { byteChunks } from './byte-chunks.ts'
import { StoreError, type StagingStore } from './staging-store.ts'

const resumeDelayMs = 500

/** Counts and digests what a reader has seen. */
export interface ReadSum {
  bytes: number
  sha256: string
}

/**
 * The bytes of a pinned object, exactly as pinned: a broken connection is taken up again where it broke. `sum` is
 * filled when all is read. Throws `FailureError` `input-changed`.
 */
export async function* readObject(
  store: StagingStore,
  object: PinnedObject,
  sum: ReadSum,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  sum.bytes = 0
  for (let tries = 0; tries === 0 || sum.bytes < object.bytes; tries++) {
    if (tries > 0) await pause(resumeDelayMs, undefined, { signal })
    const body = await openPinned(store, object, sum.bytes, signal)
    try {
      for await (const chunk of byteChunks(body)) {
        sum.bytes += chunk.length
        if (sum.bytes > object.bytes) throw changed(object)
        hash.update(chunk)
        yield chunk
      }
    } catch (error) {
      if (error instanceof FailureError) throw error
      signal.throwIfAborted()
    } finally {
      body.destroy()
    }
  }
  sum.sha256 = hash.digest('hex')
}

async function openPinned(
  store: StagingStore,
  object: PinnedObject,
  start: number,
  signal: AbortSignal,
) {
  try {
    return await store.open(object.key, { ifMatch: object.etag, start }, signal)
  } catch (error) {
    if (error instanceof StoreError && (error.kind === 'changed' || error.kind === 'absent')) {
      throw changed(object, error)
    }
    throw error
  }
}

const changed = ({ key }: PinnedObject, cause?: unknown) =>
  new FailureError('input-changed', `The object ${key} is not the one that the job took.`, {
    cause,
  })
