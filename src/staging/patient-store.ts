import { setTimeout as pause } from 'node:timers/promises'
import { StoreError, type StagingStore } from './staging-store.ts'

export interface Patience {
  readonly firstDelayMs: number
  readonly maxDelayMs: number
  /** A session that is denied may just have been replaced: so long it is tried again. */
  readonly deniedMs: number
}

export const usualPatience: Patience = { firstDelayMs: 250, maxDelayMs: 10_000, deniedMs: 20_000 }

export interface PatientStore extends StagingStore {
  /** What the store said last when it was away; null once it has answered again. */
  readonly trouble: () => string | null
}

/** The same store, which tries again with back-off while the store is away, until the signal of the call ends it. */
export function patientStore(
  store: StagingStore,
  patience: Patience = usualPatience,
): PatientStore {
  let trouble: string | null = null
  const patiently = async <T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    for (let tries = 0; ; tries++) {
      signal.throwIfAborted()
      try {
        const result = await action()
        trouble = null
        return result
      } catch (error) {
        signal.throwIfAborted()
        if (!isWorthAnotherTry(error, performance.now() - startedAt, patience)) throw error
        trouble = error.message
        await pause(delayMs(tries, patience), undefined, { signal })
      }
    }
  }
  return {
    trouble: () => trouble,
    open: (key, options, signal) => patiently(signal, () => store.open(key, options, signal)),
    readText: (key, signal) => patiently(signal, () => store.readText(key, signal)),
    putIfAbsent: (key, body, signal) =>
      patiently(signal, () => store.putIfAbsent(key, body, signal)),
    put: (key, body, contentType, signal) =>
      patiently(signal, () => store.put(key, body, contentType, signal)),
    createUpload: (key, contentType, signal) =>
      patiently(signal, () => store.createUpload(key, contentType, signal)),
    uploadPart: (part, signal) => patiently(signal, () => store.uploadPart(part, signal)),
    completeUpload: (key, uploadId, etags, signal) =>
      patiently(signal, () => store.completeUpload(key, uploadId, etags, signal)),
    abortUpload: (key, uploadId, signal) =>
      patiently(signal, () => store.abortUpload(key, uploadId, signal)),
  }
}

function isWorthAnotherTry(
  error: unknown,
  elapsedMs: number,
  { deniedMs }: Patience,
): error is StoreError {
  if (!(error instanceof StoreError)) return false
  return error.kind === 'away' || (error.kind === 'denied' && elapsedMs < deniedMs)
}

/** Doubles up to the maximum, less up to a quarter at random, so that many agents do not come back at once. */
function delayMs(tries: number, { firstDelayMs, maxDelayMs }: Patience): number {
  return Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(tries, 16)) * (1 - Math.random() / 4)
}
