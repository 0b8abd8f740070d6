/** Runs `action` on every item, at most `limit` at once; the first failure ends it when the running ones are done. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  action: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  let failed = false
  const work = async () => {
    for (const [index, item] of queue) {
      if (failed) return
      try {
        results[index] = await action(item)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: limit }, work))
  for (const end of ended) {
    if (end.status === 'rejected') throw end.reason
  }
  return results
}
