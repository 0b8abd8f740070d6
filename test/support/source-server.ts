import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Respond = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Requests before this one. */
  count: number,
) => void

/** A source on loopback that behaves as a test says. */
export async function startSource(respond: Respond) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    response.on('error', () => undefined)
    respond(request, response, requests.length - 1)
  })
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}/data`,
    requests,
    connections: () => connections,
    respond: (other: Respond) => {
      respond = other
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export interface ServedFile {
  readonly content: Buffer
  readonly etag?: string | null
  readonly ranges?: boolean
  /** The connection is destroyed after so many bytes of the body. */
  readonly breakAfter?: number
}

/** Answers as a good file server does, with `Range` and `If-Range`. */
export function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  { content, etag = '"one"', ranges = true, breakAfter }: ServedFile,
) {
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  const condition = request.headers['if-range']
  const ranged = ranges && from !== undefined && (condition === undefined || condition === etag)
  const start = ranged ? Number(from) : 0
  if (etag !== null) response.setHeader('etag', etag)
  if (ranges) response.setHeader('accept-ranges', 'bytes')
  if (start > 0 && start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
    return
  }
  response.setHeader('content-length', content.length - start)
  if (ranged) {
    response.statusCode = 206
    response.setHeader('content-range', `bytes ${start}-${content.length - 1}/${content.length}`)
  }
  const body = content.subarray(start)
  if (breakAfter === undefined || breakAfter >= body.length) response.end(body)
  else response.write(body.subarray(0, breakAfter), () => response.socket?.destroy())
}
