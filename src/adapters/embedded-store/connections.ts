import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RequestHandler } from './request-handler.ts'

export interface ConnectionLimits {
  /** A connection on which no byte moves for this long is closed. */
  readonly idleMs: number
  /** How long `close` waits for requests that are being answered. */
  readonly drainMs: number
}

export interface Connections {
  readonly port: number
  /** Takes no more requests, waits for those at work, and ends. */
  close(): Promise<void>
}

const headersMs = 20_000
const maxHeaderBytes = 64 * 1024

/** Listens, and gives each request to the handler. */
export async function listen(
  address: { readonly host: string; readonly port: number },
  handler: RequestHandler,
  limits: ConnectionLimits,
): Promise<Connections> {
  const atWork = new Set<Promise<void>>()
  const server = createServer({
    headersTimeout: headersMs,
    requestTimeout: 0,
    keepAliveTimeout: limits.idleMs,
    maxHeaderSize: maxHeaderBytes,
    noDelay: true,
  })
  server.timeout = limits.idleMs
  const track = (work: Promise<void>) => {
    atWork.add(work)
    const done = () => atWork.delete(work)
    work.then(done, done)
  }
  server.on('request', (incoming, response) => track(handler(incoming, response, false)))
  server.on('checkContinue', (incoming, response) => track(handler(incoming, response, true)))
  const port = await start(server, address)
  return {
    port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => server.closeAllConnections(), limits.drainMs)
      await closed
      clearTimeout(cut)
      await Promise.all(atWork)
    },
  }
}

function start(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(portOf(server.address()))
    })
  })
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The store has no port.')
  return address.port
}
