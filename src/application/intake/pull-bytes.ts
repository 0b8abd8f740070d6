import { setTimeout as delay } from 'node:timers/promises'
import { endingWith } from './ending-with.ts'
import type { SourceStream } from '../ports/source-reader.ts'
import { SourceBusyError } from '../ports/source-reader.ts'
import { StartAnew, usualRetries, type PullRequest } from './pull-request.ts'
import { FailureError } from '../../domain/failure.ts'
import { isResumable, sameContent, strongEtag } from '../../domain/source-validator.ts'
import type { SourceValidator } from '../../domain/transfer.ts'

/** A connection that brought less than this made no progress. */
const progressBytes = 64 * 1024

export type BytesRequest = Pick<PullRequest, 'reader' | 'source' | 'signal' | 'retries'>

/** A source whose first answer is there. */
export interface OpenedSource {
  readonly validator: SourceValidator
  /** The bytes from the wanted offset on, over as many connections as it takes. */
  readonly chunks: AsyncGenerator<Buffer, void>
  /** Ends the connection, also when nothing was read. */
  close(): Promise<void>
}

/**
 * Opens a source at `offset` and reads it to its end. A connection that breaks is followed by another one at
 * the first missing byte, as long as each brings something. Throws `no-progress` when they do not, `StartAnew`
 * when the source cannot be read from the middle, `source-changed` when it has other content.
 */
export async function openSource(
  request: BytesRequest,
  offset: number,
  expected: SourceValidator | null,
  inherited = false,
): Promise<OpenedSource> {
  const tries = new Tries(request)
  const opening = tries.until(() =>
    request.reader.open(request.source, offset, expected, request.signal),
  )
  const first = inherited ? await anewIfChanged(opening, expected) : await opening
  if (expected !== null && !sameContent(expected, first.validator)) {
    first.body.destroy()
    throw changed()
  }
  const validator = merged(expected, first.validator)
  const chunks = readOn(request, { ...first, validator }, offset, tries)
  const close = async () => {
    await chunks.return()
    first.body.destroy()
  }
  return { validator, chunks, close }
}

/** Parts of another address are believed only if the source names the same strong ETag again. */
async function anewIfChanged(
  opening: Promise<SourceStream>,
  expected: SourceValidator | null,
): Promise<SourceStream> {
  try {
    const first = await opening
    const same = expected !== null && strongEtag(expected) === strongEtag(first.validator)
    if (same && sameContent(expected, first.validator)) return first
    first.body.destroy()
  } catch (error) {
    const other = error instanceof FailureError && error.failure.code === 'source-changed'
    if (!other) throw error
  }
  throw new StartAnew('the parts are of another content')
}

const changed = () =>
  new FailureError('source-changed', 'The source has other content than before.')

/** A ranged answer may say less than the first one did. */
const merged = (before: SourceValidator | null, now: SourceValidator): SourceValidator => ({
  etag: now.etag ?? before?.etag ?? null,
  lastModified: now.lastModified ?? before?.lastModified ?? null,
  bytes: now.bytes ?? before?.bytes ?? null,
  acceptsRanges: now.acceptsRanges || (before?.acceptsRanges ?? false),
  contentType: now.contentType ?? before?.contentType ?? null,
})

async function* readOn(
  request: BytesRequest,
  first: SourceStream,
  offset: number,
  tries: Tries,
): AsyncGenerator<Buffer, void> {
  const { validator } = first
  let stream = first
  let at = offset
  for (;;) {
    const from = at
    try {
      for await (const chunk of fromOffset(stream, at, request.signal)) {
        at += chunk.length
        yield chunk
      }
      if (validator.bytes === null || at >= validator.bytes) return
      throw new FailureError('no-progress', 'The source ended too early.')
    } catch (error) {
      if (!mayPass(error)) throw error
      if (at > 0 && !isResumable(validator)) throw new StartAnew('not resumable', { cause: error })
      if (at - from >= progressBytes) tries.reset()
      await tries.pause(error)
    } finally {
      stream.body.destroy()
    }
    const position = at
    stream = await tries.until(() =>
      request.reader.open(request.source, position, validator, request.signal),
    )
  }
}

/** Skips what was read before where the source began from the start again. */
async function* fromOffset(
  { body, start }: SourceStream,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let skip = offset - start
  for await (const chunk of endingWith(body, signal)) {
    if (!Buffer.isBuffer(chunk)) continue
    if (skip >= chunk.length) skip -= chunk.length
    else {
      yield skip === 0 ? chunk : chunk.subarray(skip)
      skip = 0
    }
  }
}

export const mayPass = (error: unknown) =>
  error instanceof FailureError && error.failure.code === 'no-progress'

/** Counts attempts without progress and waits longer after each. */
class Tries {
  readonly #request: BytesRequest
  #failed = 0

  constructor(request: BytesRequest) {
    this.#request = request
  }

  reset() {
    this.#failed = 0
  }

  /** Repeats what may pass by itself. */
  async until<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (!mayPass(error)) throw error
        await this.pause(error)
      }
    }
  }

  /** Waits before the next attempt, or throws the error when there is none. */
  async pause(error: unknown): Promise<void> {
    const { tries, firstDelayMs, maxDelayMs, maxPauseMs } = this.#request.retries ?? usualRetries
    this.#failed += 1
    const asked = error instanceof SourceBusyError ? error.retryAfterMs : 0
    if (this.#failed >= tries || asked > maxPauseMs) throw error
    const backOff = Math.min(maxDelayMs, firstDelayMs * 2 ** (this.#failed - 1))
    await delay(Math.max(asked, backOff), undefined, { signal: this.#request.signal }).catch(
      (reason: unknown) => {
        this.#request.signal.throwIfAborted()
        throw reason
      },
    )
  }
}
