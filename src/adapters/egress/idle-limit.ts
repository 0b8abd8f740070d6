import { Readable } from 'node:stream'

export interface IdleLimit {
  /** The longest wait for the next bytes. Time in which nobody reads does not count. */
  readonly idleMs: number
  readonly onIdle: () => Error
  /** Translates errors of the stream below. */
  readonly onError: (error: unknown) => Error
  readonly signal?: AbortSignal | undefined
}

/** The same bytes, failing when the sender pauses too long or the signal aborts. */
export function withIdleLimit(body: Readable, limit: IdleLimit): Readable {
  const limited = Readable.from(chunksWithin(body, limit), { objectMode: false })
  limited.once('close', () => body.destroy())
  return limited
}

async function* chunksWithin(body: Readable, limit: IdleLimit): AsyncGenerator {
  const state = { idle: false }
  const abort = () => body.destroy(new Error('Aborted.'))
  const watch = () =>
    setTimeout(() => {
      state.idle = true
      body.destroy(new Error('Idle.'))
    }, limit.idleMs)
  limit.signal?.addEventListener('abort', abort, { once: true })
  if (limit.signal?.aborted === true) abort()
  let timer = watch()
  try {
    for await (const chunk of body) {
      clearTimeout(timer)
      yield chunk
      timer = watch()
    }
  } catch (error) {
    limit.signal?.throwIfAborted()
    throw state.idle ? limit.onIdle() : limit.onError(error)
  } finally {
    clearTimeout(timer)
    limit.signal?.removeEventListener('abort', abort)
    body.destroy()
  }
}
