import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'

export interface Received {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What is answered to a request; `silence`: nothing, the connection stays open. */
export type Respond = (
  request: Received,
  index: number,
) => Answer | 'silence' | Promise<Answer | 'silence'>

/** An HTTP server on loopback that notes what it is sent. */
export async function startReceiver(t: TestContext, respond: Respond = () => ({ status: 204 })) {
  const received: Received[] = []
  const state = { respond, open: 0, mostOpen: 0 }
  const server = createServer((request, response) => {
    const serve = async () => {
      state.open += 1
      state.mostOpen = Math.max(state.mostOpen, state.open)
      response.once('close', () => (state.open -= 1))
      const { url: path = '', method = '', headers } = request
      const entry = { path, method, headers, body: await text(request) }
      received.push(entry)
      answer(response, await state.respond(entry, received.length - 1))
    }
    serve().catch(() => response.destroy())
  })
  const { promise, resolve } = Promise.withResolvers<undefined>()
  server.listen(0, '127.0.0.1', () => resolve(undefined))
  await promise
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    state,
    ids: () => received.map(({ headers }) => String(headers['webhook-id'])),
  }
}

function answer(response: ServerResponse, reply: Answer | 'silence'): void {
  if (reply !== 'silence') response.writeHead(reply.status, reply.headers).end(reply.body)
}
