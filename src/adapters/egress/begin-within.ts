/**
 * Runs what begins an exchange under a limit that ends with it, so that a body may then take its time.
 * `late` is thrown when the limit was reached; an abort by the caller rejects with the signal's reason.
 */
export async function beginWithin<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  begin: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), limitMs)
  try {
    return await begin(
      signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw limit.signal.aborted ? late() : error
  } finally {
    clearTimeout(timer)
  }
}
