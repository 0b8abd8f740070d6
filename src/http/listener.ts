import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { bounds } from '../domain/bounds.ts'
import { ProblemError } from '../domain/problem.ts'
import { serveApis, type Api } from './api.ts'
import { docsPages } from './docs-pages.ts'
import { exchange, type HttpLog, type ServedExchange } from './exchange.ts'
import { asProblem, problemDocument } from './problem-document.ts'
import { sendProblem } from './reply.ts'
import type { OperationContext } from './serve-operation.ts'

export interface ListenerOptions {
  /** For the log. */
  readonly name: string
  /** Side by side at one address. The document of the first is also at `/openapi.json`. */
  readonly apis: readonly [Api, ...Api[]]
  readonly log: HttpLog
  /** Paths may also stand behind `/k/{secret}`; authenticators get the secret. */
  readonly pathSecrets?: boolean
  /** Headers of every answer, beside the usual ones. */
  readonly extraHeaders?: Readonly<Record<string, string>>
  readonly trustProxy?: boolean | number | string
  readonly limits?: {
    readonly idleMs?: number
    /** Requests of one address in `windowMs`; false for no limit. */
    readonly rate?: { readonly windowMs: number; readonly requests: number } | false
  }
  /** Whether checks are compiled at start (default), or each at its first use: 2-3 ms then, and less memory. */
  readonly compileAtStart?: boolean
  /** Told of each request whose caller is known, when it is over. Must not throw. */
  readonly onExchange?: (served: ServedExchange) => void
  /** For tests: every answer is checked against the document; one that does not fit becomes a 500. */
  readonly validateResponses?: boolean
}

/** One address with its APIs. Made, started, stopped; stopping twice does no harm. */
export interface Listener {
  readonly app: Express
  /** What answers had that their document does not know, with `validateResponses`. */
  readonly responseErrors: readonly string[]
  /** Port 0 takes any that is free. Rejects when the address is taken. */
  start(host: string, port: number): Promise<{ url: string; port: number }>
  /** Takes no more connections, lets open requests end, and breaks off what is left after `graceMs`. */
  stop(graceMs: number): Promise<void>
}

/** Throws, naming it, when the APIs are not complete or do not fit together. */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const apis = await serveApis(options.apis, options.compileAtStart)
  const responseErrors: string[] = []
  const stopping = new AbortController()
  const open = new Set<AbortController>()
  const context: OperationContext = {
    apis,
    pathSecrets: options.pathSecrets ?? false,
    recordResponseErrors:
      options.validateResponses === true ? (errors) => responseErrors.push(...errors) : undefined,
    stopping: stopping.signal,
  }

  const app = express()
  app.disable('x-powered-by').disable('etag').set('query parser', false)
  app.set('trust proxy', options.trustProxy ?? false)
  app.use((request, response, next) => {
    if (stopping.signal.aborted) response.setHeader('connection', 'close')
    for (const [name, value] of Object.entries(options.extraHeaders ?? {})) {
      response.setHeader(name, value)
    }
    response.setHeader('x-request-id', correlationId(request))
    next()
  })
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
    }),
  )
  const rate = options.limits?.rate ?? bounds.http.rate
  if (rate !== false) app.use(limitRate(rate))
  app.use(docsPages(options.apis))
  app.use((request, response) =>
    exchange(context, options, open, { request, response, correlationId: idOf(response) }),
  )
  // Express knows an error handler by its four parameters.
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error)
    else sendProblem(request, response, asProblem(error), idOf(response))
  })
  return { app, responseErrors, ...server(app, options.limits?.idleMs, stopping, open) }
}

const idOf = (response: ServerResponse): string => String(response.getHeader('x-request-id'))

function correlationId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : randomUUID()
}

function limitRate({ windowMs, requests }: { windowMs: number; requests: number }) {
  return rateLimit({
    windowMs,
    limit: requests,
    standardHeaders: false,
    legacyHeaders: false,
    validate: false,
    handler: (_request, _response, next) => {
      next(
        new ProblemError('rate-limited', 'Too many requests from this address.', {
          retryAfterSeconds: Math.ceil(windowMs / 1000),
        }),
      )
    },
  })
}

function server(
  app: Express,
  idleMs: number = bounds.http.idleMs,
  stopping: AbortController,
  open: ReadonlySet<AbortController>,
): Pick<Listener, 'start' | 'stop'> {
  const http = createServer({
    maxHeaderSize: bounds.http.headBytes,
    headersTimeout: bounds.http.headMs,
    // The whole of a request may take hours; bodies have idle limits, or limits of their own.
    requestTimeout: 0,
    keepAliveTimeout: bounds.http.keepAliveMs,
  })
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    response.on('timeout', (socket: Socket) => {
      if (clientStalls(request, response)) socket.destroy()
    })
    app(request, response)
  }
  http.on('request', serve).on('checkContinue', serve).on('clientError', refuseHead)
  http.maxConnections = bounds.http.connections
  http.timeout = idleMs
  let stopped: Promise<void> | undefined
  return {
    start: async (host, port) => {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>()
      http.once('error', reject).listen(port, host, () => resolve(undefined))
      await promise
      http.off('error', reject)
      const address = http.address() as AddressInfo
      const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
      return { url: `http://${shown}:${address.port}`, port: address.port }
    },
    stop: (graceMs) => {
      stopped ??= (async () => {
        stopping.abort(new Error('the listener stops'))
        if (!http.listening) return
        const { promise, resolve } = Promise.withResolvers<undefined>()
        const timer = setTimeout(() => {
          for (const controller of open) controller.abort(new Error('the listener stops'))
          http.closeAllConnections()
        }, graceMs)
        http.close(() => resolve(undefined))
        await promise
        clearTimeout(timer)
      })()
      return stopped
    },
  }
}

/** Listens for a moment and answers nobody. Rejects when a listener could not start there. */
export async function tryAddress(host: string, port: number): Promise<void> {
  const probe = createServer()
  const listening = Promise.withResolvers<undefined>()
  probe.once('error', listening.reject).listen(port, host, () => listening.resolve(undefined))
  await listening.promise
  const closed = Promise.withResolvers<undefined>()
  probe.close(() => closed.resolve(undefined))
  await closed.promise
}

/** Whether a silent connection waits for its client, and not for us. */
function clientStalls(request: IncomingMessage, response: ServerResponse): boolean {
  return (!request.complete && request.readableLength === 0) || response.writableLength > 0
}

/** What Node itself refuses before there is a request: a head that is too large, late or no HTTP. */
function refuseHead(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const large = error.code === 'HPE_HEADER_OVERFLOW'
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const status = large ? 431 : late ? 408 : 400
  const id = randomUUID()
  const problem = large
    ? new ProblemError('too-large', `A head has at most ${bounds.http.headBytes} bytes.`)
    : new ProblemError('invalid-request', late ? 'The head came too late.' : 'This is no HTTP.')
  const body = JSON.stringify(problemDocument(problem, id, status))
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\ncontent-type: application/problem+json\r\nx-request-id: ${id}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
