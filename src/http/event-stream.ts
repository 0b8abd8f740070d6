import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { progressType, type StreamItem } from '../application/telling/wait-for-events.ts'
import { bounds } from '../domain/bounds.ts'
import { cloudEvent, sequenceText } from '../domain/event.ts'

/** How long a client waits before it connects again. */
const reconnectMs = 2000

/**
 * Writes server-sent events until `items` or `signal` ends. Only what the reader takes is read: at most one batch of
 * items is held.
 */
export async function sendEventStream(
  incoming: IncomingMessage,
  response: ServerResponse,
  items: AsyncIterable<StreamItem>,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // Else a stop would wait for the connection after the stream's end.
    connection: 'close',
  })
  if (incoming.method === 'HEAD') {
    response.end()
    return
  }
  response.write(`retry: ${reconnectMs}\n\n`)
  for await (const item of items) {
    if (signal.aborted) break
    if (response.write(itemText(item))) continue
    if (!(await drained(response, signal))) {
      response.destroy()
      return
    }
  }
  response.end()
}

/** False when the reader is gone, or takes nothing. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(bounds.telling.slowReaderMs)])
  try {
    await once(response, 'drain', { signal: limit })
    return true
  } catch {
    return false
  }
}

function itemText(item: StreamItem): string {
  switch (item.kind) {
    case 'heartbeat':
      return ': still here\n\n'
    case 'progress':
      return `event: ${progressType}\ndata: ${JSON.stringify({ transfer: item.transfer })}\n\n`
    case 'event': {
      const { event } = item
      const id = sequenceText(event.sequence)
      return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(cloudEvent(event))}\n\n`
    }
  }
}
