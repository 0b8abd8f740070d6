import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { bounds } from '../domain/bounds.ts'
import type { ProblemError } from '../domain/problem.ts'
import { problemDocument, problemHeaders } from './problem-document.ts'
import { hasBody } from './request-body.ts'

/** What a handler may answer, whatever its operation. */
export interface AnyReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly stream?: Readable | string
}

/** Writes an answer. Resolves when the last byte was handed over; rejects when a stream breaks on the way. */
export async function sendReply(
  incoming: IncomingMessage,
  response: ServerResponse,
  reply: AnyReply,
  type: string | undefined,
): Promise<void> {
  const { stream } = reply
  if (response.destroyed) {
    if (typeof stream === 'object') stream.destroy()
    return
  }
  response.statusCode = reply.status
  response.setHeader('cache-control', 'no-store')
  if (stream !== undefined && type !== undefined) response.setHeader('content-type', type)
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
  if (stream === undefined) {
    sendBytes(incoming, response, reply.body === undefined ? undefined : JSON.stringify(reply.body))
  } else if (typeof stream === 'string') {
    sendBytes(incoming, response, stream)
  } else if (incoming.method === 'HEAD') {
    stream.destroy()
    response.end()
  } else {
    await pipeline(stream, response)
  }
}

function sendBytes(incoming: IncomingMessage, response: ServerResponse, text?: string): void {
  if (text === undefined) {
    if (response.statusCode !== 204 && response.statusCode !== 304 && incoming.method !== 'HEAD') {
      response.setHeader('content-length', 0)
    }
    endAfterUnwantedBody(incoming, response)
    return
  }
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', Buffer.byteLength(text))
  if (incoming.complete || !hasBody(incoming)) {
    // Text, not bytes: Node then sends head and body in one write.
    response.end(incoming.method === 'HEAD' ? undefined : text)
    return
  }
  response.setHeader('connection', 'close')
  if (incoming.method !== 'HEAD') response.write(text)
  endAfterUnwantedBody(incoming, response)
}

/** Writes a problem document, or breaks the connection when an answer has begun already. */
export function sendProblem(
  incoming: IncomingMessage,
  response: ServerResponse,
  problem: ProblemError,
  correlationId: string,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  for (const name of response.getHeaderNames()) {
    if (name.startsWith('content-') && name !== 'content-security-policy')
      response.removeHeader(name)
  }
  response.removeHeader('etag')
  response.statusCode = problem.status
  response.setHeader('cache-control', 'no-store')
  response.setHeader('content-type', 'application/problem+json')
  for (const [name, value] of Object.entries(problemHeaders(problem))) {
    response.setHeader(name, value)
  }
  sendBytes(incoming, response, JSON.stringify(problemDocument(problem, correlationId)))
}

/**
 * Ends an answer that came before its request was read. A connection closed under a client that is still sending
 * would be reset, and the answer lost: so a little is still read first, then the connection goes.
 */
function endAfterUnwantedBody(incoming: IncomingMessage, response: ServerResponse): void {
  if (incoming.complete || !hasBody(incoming)) {
    response.end()
    return
  }
  if (!response.headersSent) response.setHeader('connection', 'close')
  if (incoming.headers.expect !== undefined) {
    response.end()
    return
  }
  response.flushHeaders()
  let left: number = bounds.http.unwantedBodyBytes
  const end = () => {
    clearTimeout(timer)
    incoming.pause()
    response.end()
  }
  const timer = setTimeout(end, bounds.http.unwantedBodyMs)
  incoming
    .on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) end()
    })
    .once('end', end)
    .once('close', end)
    .resume()
}
