import { once } from 'node:events'
import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { until } from '../../support/until.ts'

/** Requests that wait on their way. */
export interface Hold {
  /** Resolves when one waits. */
  reached(): Promise<unknown>
  /** Lets those that wait go on, and later ones pass. */
  release(): void
}

interface Rule extends Hold {
  readonly matches: (request: IncomingMessage) => boolean
  readonly opened: Promise<undefined>
  waiting: number
}

/** A way to an HTTP server on which requests can be held; they pass unchanged, so that signatures stay valid. */
export class HeldRequests implements AsyncDisposable {
  /** Without a path. */
  readonly url: string
  readonly #server: Server
  readonly #rules = new Set<Rule>()

  private constructor(server: Server, host: string) {
    this.#server = server
    this.url = `http://${host}:${(server.address() as AddressInfo).port}`
  }

  /** `upstream` is asked for each request: a server that is started again may be elsewhere. */
  static async listen(host: string, upstream: () => string): Promise<HeldRequests> {
    const server = createServer({ requestTimeout: 0 }, (request, response) => {
      held
        .#pass(request)
        .then(() => forward(upstream(), request, response))
        .catch(() => response.destroy())
    })
    server.listen(0, host)
    await once(server, 'listening')
    const held = new HeldRequests(server, host)
    return held
  }

  hold(method: string, path: RegExp): Hold {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const rule: Rule = {
      matches: (request) => request.method === method && path.test(request.url ?? ''),
      opened: promise,
      waiting: 0,
      reached: () => until(`${method} ${path.source} waits`, () => rule.waiting > 0, 90_000),
      release: () => {
        this.#rules.delete(rule)
        resolve(undefined)
      },
    }
    this.#rules.add(rule)
    return rule
  }

  async #pass(request: IncomingMessage): Promise<void> {
    for (const rule of this.#rules) {
      if (!rule.matches(request)) continue
      rule.waiting += 1
      await rule.opened
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const rule of this.#rules) rule.release()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

function forward(upstream: string, request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(upstream)
  const { method, url: path } = request
  const away = sendRequest(
    { hostname, port, method, path, headers: request.rawHeaders, setHost: false, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      pipeline(answer, response, () => undefined)
    },
  )
  away.on('error', () => response.destroy())
  response.on('close', () => away.destroy())
  pipeline(request, away, () => undefined)
}
