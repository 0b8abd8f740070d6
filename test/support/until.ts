import { setTimeout as delay } from 'node:timers/promises'

/** Looks until `find` gives something; throws with what it saw last when `timeoutMs` is over. */
export async function until<T>(
  what: string,
  find: () => Promise<T | undefined | null | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const found = await find()
    if (found !== undefined && found !== null && found !== false) return found
    if (performance.now() > end) throw new Error(`${what}: not seen within ${timeoutMs} ms`)
    await delay(25)
  }
}
