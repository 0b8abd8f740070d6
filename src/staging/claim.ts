import { claimKey } from '../domain/bucket-layout.ts'
import type { StagingStore } from './staging-store.ts'

/**
 * The agent's first act: the attempt belongs to whoever writes its claim. True also when the claim is there and
 * `identity`'s own: an answer was lost, or this is the same agent again. False: another agent's; touch nothing.
 */
export async function claimAttempt(
  store: StagingStore,
  attempt: { readonly jobId: string; readonly attempt: number },
  identity: string,
  signal: AbortSignal,
): Promise<boolean> {
  const key = claimKey(attempt.jobId, attempt.attempt)
  if (await store.putIfAbsent(key, new TextEncoder().encode(identity), signal)) return true
  return (await store.readText(key, signal)) === identity
}
