import { Readable } from 'node:stream'
import type { IncomingMessage } from 'node:http'

/**
 * The bytes of a request as a stream of its own. Giving it up leaves the connection open, so that the caller still
 * gets its answer.
 */
export function bodyOf(incoming: IncomingMessage): Readable {
  const chunks = incoming.iterator({ destroyOnReturn: false })
  return Readable.from(chunks, { objectMode: false })
}
