import { claimKey } from '../domain/bucket-layout.ts'
import { StoreError, type StagingStore } from './staging-store.ts'

/**
 * The agent's first act: the attempt belongs to whoever writes its claim. True also when the claim is there and
 * `identity`'s own: an answer was lost, or this is the same agent again. False: another agent's, or taken away again
 * by who removes the attempt; touch nothing.
 */
export async function claimAttempt(
  store: StagingStore,
  attempt: { readonly jobId: string; readonly attempt: number },
  identity: string,
  signal: AbortSignal,
): Promise<boolean> {
  const key = claimKey(attempt.jobId, attempt.attempt)
  if (await store.putIfAbsent(key, new TextEncoder().encode(identity), signal)) return true
  return (await readClaim(store, key, signal)) === identity
}

/** S3 answers 403 for a missing key to a session that may not list. */
async function readClaim(
  store: StagingStore,
  key: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await store.readText(key, signal)
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'denied') return null
    throw error
  }
}
