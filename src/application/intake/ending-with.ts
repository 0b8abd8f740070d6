import type { Readable } from 'node:stream'

/** The chunks of a body until it or `signal` ends: at once, also while its sender sends nothing. */
export async function* endingWith(body: Readable, signal: AbortSignal): AsyncGenerator {
  const chunks: AsyncIterator<unknown> = body[Symbol.asyncIterator]()
  for (;;) {
    const next = await unlessAborted(chunks.next(), signal)
    if (next.done === true) return
    yield next.value
  }
}

/** Unlike `Promise.race`, it keeps nothing of a value alive until the signal ends. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      const reason: unknown = signal.reason
      reject(reason instanceof Error ? reason : new Error(String(reason)))
    }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
