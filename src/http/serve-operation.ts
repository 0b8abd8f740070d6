import type { Request, Response } from 'express'
import { bounds } from '../domain/bounds.ts'
import { ProblemError } from '../domain/problem.ts'
import type { ServedApi } from './api.ts'
import { authenticate, Conditional } from './authentication.ts'
import type { CheckedRequest, Operation } from './contract.ts'
import { taken, type OperationRequest } from './handler.ts'
import { invalidRequest, problemDocument } from './problem-document.ts'
import { askForBody, bodyText, hasBody, mediaType } from './request-body.ts'
import { parseForm, parseJson, parseQuery, readBody } from './request-body.ts'
import { sendReply, type AnyReply } from './reply.ts'
import { responseErrors } from './response-check.ts'
import { problemParts } from './validation-errors.ts'

export interface OperationContext {
  readonly apis: readonly ServedApi[]
  /** Whether paths may stand behind `/k/{secret}`. */
  readonly pathSecrets: boolean
  /** Given when answers are checked against the document: where errors are recorded. */
  readonly recordResponseErrors: ((errors: readonly string[]) => void) | undefined
  readonly stopping: AbortSignal
}

export interface Exchange {
  readonly request: Request
  readonly response: Response
  readonly correlationId: string
  readonly signal: AbortSignal
  /** Set as soon as it is known, for the log. */
  asked: Asked | undefined
  /** Who calls, the body, and the body of the answer: as far as it came, for `onExchange`. */
  principal?: unknown
  body?: unknown
  answer?: unknown
}

/** Which operation of which API a request asks for. */
export interface Asked {
  readonly api: ServedApi
  readonly operation: Operation
}

/** Serves one request from its route to its answer. Throws what went wrong, mostly as `ProblemError`. */
export async function serveOperation(context: OperationContext, exchange: Exchange): Promise<void> {
  const { request, response } = exchange
  const target = readTarget(request.url, context.pathSecrets)
  const asked = route(context.apis, exchange, target.path)
  if (asked === undefined) return
  exchange.asked = asked
  const { api, operation } = asked
  const { principal, confirm } = await identify(asked, exchange, target)
  exchange.principal = principal
  requireAcceptable(operation, request)
  const query = parseQuery(target.query)
  const body = await receiveBody(operation, request, response)
  exchange.body = body
  await confirm({ method: request.method, path: target.path, body })
  const checked = check(asked, request, { path: target.path, query, body })
  if (operation.bodyKind === 'bytes') askForBody(request, response)
  const handler = api.handlers[operation.id]
  if (handler === undefined) throw new Error(`${operation.id} has no handler`)
  const reply = await handler({
    path: checked.path,
    query: checked.query,
    headers: pick(request.headers, operation.headerNames),
    body,
    principal,
    correlationId: exchange.correlationId,
    signal: exchange.signal,
    stopping: context.stopping,
    incoming: request,
    response,
  } as unknown as OperationRequest<unknown, unknown>)
  if (reply !== taken) await answer(context, exchange, asked, reply as AnyReply)
}

interface Target {
  readonly path: string
  readonly query: string
  readonly secret: string | undefined
}

function readTarget(url: string, pathSecrets: boolean): Target {
  if (url.length > bounds.http.urlBytes) {
    throw new ProblemError(
      'too-large',
      `An address has at most ${bounds.http.urlBytes} characters.`,
    )
  }
  const mark = url.indexOf('?')
  const raw = mark === -1 ? url : url.slice(0, mark)
  const query = mark === -1 ? '' : url.slice(mark + 1)
  try {
    decodeURIComponent(raw)
  } catch (cause) {
    throw new ProblemError('invalid-request', 'The path has a broken percent-encoding.', { cause })
  }
  const behindSecret = pathSecrets ? /^\/k\/([^/]+)(\/.*)$/.exec(raw) : null
  const path = behindSecret?.[2] ?? raw
  const secret = behindSecret?.[1]
  return {
    path: path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path,
    query,
    secret: secret === undefined ? undefined : decodeURIComponent(secret),
  }
}

function route(apis: readonly ServedApi[], exchange: Exchange, path: string): Asked | undefined {
  const { request, response } = exchange
  const method = request.method.toLowerCase()
  const found = match(apis, method, path) ?? (method === 'head' ? match(apis, 'get', path) : null)
  if (found !== null) return found
  const methods = apis.flatMap(({ contract }) => contract.methods(path))
  if (methods.length === 0) throw new ProblemError('not-found', 'There is nothing at this path.')
  const head = methods.includes('get') && !methods.includes('head') ? ['head'] : []
  response.setHeader('allow', [...methods, ...head, 'options'].join(', ').toUpperCase())
  if (method !== 'options') {
    throw new ProblemError('method-not-allowed', 'This path does not have this method.')
  }
  response.status(204).end()
  return undefined
}

function match(apis: readonly ServedApi[], method: string, path: string): Asked | null {
  for (const api of apis) {
    const operation = api.contract.match(method, path)
    if (operation !== undefined) return { api, operation }
  }
  return null
}

const anybody = new Conditional<unknown>(undefined, () => Promise.resolve())

function identify(
  { api, operation }: Asked,
  { request }: Exchange,
  { path, secret }: Target,
): Promise<Conditional<unknown>> {
  const { contract, authenticators } = api
  if (operation.security.length === 0) return Promise.resolve(anybody)
  return authenticate(operation.security, authenticators, {
    operationId: operation.id,
    headers: request.headers,
    get path() {
      return contract.pathParameters(operation, path)
    },
    pathSecret: secret,
    remoteAddress: request.socket.remoteAddress,
  })
}

/** Only where bodies are read by kind: bytes have whatever type they have, and data planes accept odd things. */
function requireAcceptable(operation: Operation, request: Request): void {
  const { produces } = operation
  if (operation.method !== 'get' || produces.length === 0) return
  if (produces.includes('application/octet-stream')) return
  if (request.accepts([...produces]) === false) {
    throw new ProblemError('not-acceptable', `Available: ${produces.join(', ')}.`)
  }
}

async function receiveBody(
  operation: Operation,
  request: Request,
  response: Response,
): Promise<unknown> {
  if (operation.bodyKind === 'bytes' || !hasBody(request)) return undefined
  if (operation.bodyKind !== 'none') requireReadable(operation, request)
  askForBody(request, response)
  const bytes = await readBody(request)
  if (operation.bodyKind === 'none' || bytes.length === 0) return undefined
  const text = bodyText(bytes)
  return operation.bodyKind === 'form' ? parseForm(text) : parseJson(text)
}

function requireReadable({ bodyKind }: Operation, { headers }: Request): void {
  const wanted = bodyKind === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
  const type = mediaType(headers['content-type'])
  const charset = /;\s*charset="?([^";]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  const encoding = headers['content-encoding'] ?? 'identity'
  const json = bodyKind === 'json' && (type === '' || /^application\/[^/]+\+json$/.test(type))
  if (
    (type !== wanted && !json) ||
    !/^(utf-?8|us-ascii)$/i.test(charset.trim()) ||
    encoding.toLowerCase() !== 'identity'
  ) {
    throw new ProblemError('unsupported-media-type', `Send ${wanted}, in UTF-8, not compressed.`)
  }
}

function check(
  { api, operation }: Asked,
  { headers }: Request,
  raw: { path: string; query: Record<string, string>; body: unknown },
): CheckedRequest {
  // The media type is settled: any JSON is checked as JSON.
  const type = operation.bodyKind === 'json' && raw.body !== undefined ? 'application/json' : ''
  const checked = api.contract.check(operation, {
    ...raw,
    headers: { ...pick(headers, operation.headerNames), 'content-type': type },
  })
  if (checked.errors.length === 0) return checked
  throw invalidRequest(...problemParts(checked.errors))
}

function pick(
  headers: Request['headers'],
  names: readonly string[],
): Record<string, string | string[]> {
  const picked: Record<string, string | string[]> = {}
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}

async function answer(
  { recordResponseErrors }: OperationContext,
  exchange: Exchange,
  { api, operation }: Asked,
  reply: AnyReply,
): Promise<void> {
  const { request, response, correlationId } = exchange
  exchange.answer = typeof reply.stream === 'string' ? reply.stream : reply.body
  const types = Object.keys(operation.responses[reply.status]?.content ?? {})
  const type = reply.headers?.['content-type'] ?? types.find((name) => name !== 'application/json')
  if (recordResponseErrors !== undefined) {
    const errors = responseErrors(api.contract, operation, reply, type)
    if (errors.length > 0) {
      recordResponseErrors(errors)
      throw new ProblemError('internal', 'The answer does not fit its document.', {
        cause: new Error(errors.join('\n')),
      })
    }
  }
  response.setHeader('x-request-id', correlationId)
  await sendReply(request, response, reply, type)
}

/** What is wrong with a problem document that is about to be sent, where answers are checked. */
export function problemErrors(
  { api, operation }: Asked,
  problem: ProblemError,
  correlationId: string,
): string[] {
  const document = problemDocument(problem, correlationId)
  return api.contract
    .checkResponse(operation, problem.status, 'application/problem+json', document)
    .map(
      (error) => `${operation.id} ${problem.status}: ${error.instancePath} ${error.message ?? ''}`,
    )
}
