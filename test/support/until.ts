import { setTimeout as delay } from 'node:timers/promises'

type Found<T> = T | undefined | null | false

/** Looks until `find` gives something; throws with what it saw last when `timeoutMs` is over. */
export async function until<T>(
  what: string,
  find: () => Found<T> | Promise<Found<T>>,
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
