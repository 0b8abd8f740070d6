import {
  createServer,
  request as send,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * What happens to a request on its way: `reset`, it does not arrive; `lost`, it arrives and its answer does not; a status,
 * which somebody in between answers; or the answer comes late.
 */
export type Trouble = 'reset' | 'lost' | number | { readonly delayMs: number } | undefined

export interface Passed {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly body: string
  /** What the sender got; 0: nothing. */
  status: number
  /** Until the sender got it. */
  durationMs: number
}

/** The way between two parties, where a test sees and disturbs what passes. */
export interface Way extends AsyncDisposable {
  /** Instead of the far side's address, without a path. */
  readonly url: string
  readonly passed: Passed[]
  /** Looked at before a request goes on. */
  trouble: (request: Passed) => Trouble
  /** Where it leads from now on; undefined: nowhere, connections are broken. */
  leadTo(target: string | undefined): void
}

export async function startWay(target?: string): Promise<Way> {
  let far = target
  const server = createServer((request, response) => {
    pass(way, far, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const way: Way = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: [],
    trouble: () => undefined,
    leadTo: (next) => {
      far = next
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return way
}

async function pass(
  way: Way,
  far: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request)
  const { method = '', url: path = '' } = request
  const at = performance.now()
  const entry: Passed = { at, method, path, body: body.toString(), status: 0, durationMs: 0 }
  way.passed.push(entry)
  const trouble = way.trouble(entry)
  if (trouble === 'reset' || far === undefined) {
    response.destroy()
    return
  }
  const answer = typeof trouble === 'number' ? undefined : await forward(far, request, body)
  if (trouble === 'lost') {
    response.destroy()
    return
  }
  if (typeof trouble === 'object') await delay(trouble.delayMs)
  if (response.destroyed) return
  entry.status = typeof trouble === 'number' ? trouble : (answer?.status ?? 502)
  entry.durationMs = performance.now() - at
  response.writeHead(entry.status, answer?.headers).end(answer?.body)
}

/** Headers of one connection, which are not passed on. */
const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-length']
const passedOn = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.includes(name)))

async function forward(far: string, { method, url = '', headers }: IncomingMessage, body: Buffer) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const length = body.length > 0 || method === 'POST' ? { 'content-length': body.length } : {}
  send(new URL(url, far), { method, headers: { ...passedOn(headers), ...length } }, resolve)
    .once('error', reject)
    .end(body)
  const answer = await promise
  const { statusCode = 502 } = answer
  return { status: statusCode, headers: passedOn(answer.headers), body: await buffer(answer) }
}
