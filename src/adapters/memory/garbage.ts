import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** After so many bytes of foreign content their buffers are collected. */
const collectEveryBytes = 2 * 1024 * 1024
/** Buffers that outlived two collections of young ones are found by a full one, when so many more have gathered. */
const mostAgedBytes = 32 * 1024 * 1024

type Collect = (options: { readonly type: 'minor' | 'major'; readonly flavor?: string }) => void

const isCollect = (found: unknown): found is Collect => typeof found === 'function'

let known: Collect | undefined
let passed = 0
let inUse = 0

/** V8's own collector, which Node hands out only so. Does nothing where there is none. */
function collector(): Collect {
  if (known !== undefined) return known
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  known = isCollect(found) ? found : () => undefined
  return known
}

/**
 * Counts content that came through a socket. V8 sees little of the 64 KiB that each chunk has outside its heap and
 * lets a hundred megabytes of them lie; collecting the young ones now and then takes less than a millisecond each,
 * and spares the memory and the far longer full collections.
 */
export function contentPassed(bytes: number): void {
  passed += bytes
  if (passed < collectEveryBytes) return
  passed = 0
  const collect = collector()
  collect({ type: 'minor' })
  if (process.memoryUsage().arrayBuffers < inUse + mostAgedBytes) return
  collect({ type: 'major' })
  inUse = process.memoryUsage().arrayBuffers
}

/**
 * Gives back what a start has left: the room for young objects alone grows to 40 MiB while modules are loaded. It is
 * kept small from then on, for it grows with every transfer and does not shrink.
 */
export function collectEverything(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
  collector()({ type: 'major', flavor: 'last-resort' })
}
