import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** After so many bytes of foreign content their buffers are collected. */
const collectEveryBytes = 4 * 1024 * 1024

type Collect = (options: { readonly type: 'minor' }) => void

let collect: Collect | undefined
let passed = 0

/**
 * Counts content that came through a socket. V8 sees little of the 64 KiB that each chunk has outside its heap and
 * lets a hundred megabytes of them lie; a collection of the young ones now and then takes a millisecond each and
 * spares the memory, and the far longer full collections.
 */
export function contentPassed(bytes: number): void {
  passed += bytes
  if (passed < collectEveryBytes) return
  passed = 0
  collect ??= exposedCollector()
  collect({ type: 'minor' })
}

function exposedCollector(): Collect {
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return typeof found === 'function' ? (options) => void found(options) : () => undefined
}
