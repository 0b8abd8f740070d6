import { faultOfStatus, type ClusterFault } from './cluster-client-error.ts'

/** The most of one line: objects are limited to about 3 MiB by the API server. */
const mostLineBytes = 16 * 1024 * 1024

/** A line of a watch that cannot be read: what it told has to come from a list. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent'
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: unknown
}

/**
 * Calls `take` for each event. Ends with the body; an unfinished last line is left out. Throws `ClusterFault` with the
 * status of an `ERROR` event, `UnreadableEvent`, and what `take` throws.
 */
export async function readEvents(
  body: AsyncIterable<Uint8Array>,
  take: (event: WatchEvent) => void,
): Promise<void> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    let from = 0
    for (;;) {
      const end = chunk.indexOf(0x0a, from)
      const part = chunk.subarray(from, end === -1 ? undefined : end)
      length += part.length
      if (length > mostLineBytes) throw new UnreadableEvent('too long')
      if (part.length > 0) parts.push(part)
      if (end === -1) break
      if (length > 0) takeLine(Buffer.concat(parts, length).toString('utf8'), take)
      parts = []
      length = 0
      from = end + 1
    }
  }
}

function takeLine(line: string, take: (event: WatchEvent) => void): void {
  const { type, object } = parsed(line)
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      take({ type, object })
      return
    case 'ERROR':
      throw faultOfEvent(object)
    default:
      throw new UnreadableEvent('of an unknown type')
  }
}

function parsed(line: string): { readonly type?: unknown; readonly object?: unknown } {
  try {
    const event: unknown = JSON.parse(line)
    return typeof event === 'object' && event !== null ? event : {}
  } catch {
    throw new UnreadableEvent('no JSON')
  }
}

function faultOfEvent(object: unknown): ClusterFault {
  const code =
    typeof object === 'object' && object !== null && 'code' in object ? object.code : undefined
  return faultOfStatus(typeof code === 'number' ? code : 500, object)
}
