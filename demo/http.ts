import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'

const patienceMs = 20_000

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed JSON, or null. */
  readonly json: unknown
}

/** One request with a JSON body, and its answer whatever its status. */
export async function request(
  signal: AbortSignal,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const content = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  return {
    status: response.status,
    headers: response.headers,
    text: content,
    json: isJson ? JSON.parse(content) : null,
  }
}

export interface Listener extends AsyncDisposable {
  readonly url: string
}

/** An HTTP server on a free port of this machine. */
export async function listen(respond: RequestListener): Promise<Listener> {
  const server = createServer(respond)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const bodyOf = (incoming: IncomingMessage): Promise<string> => text(incoming)
