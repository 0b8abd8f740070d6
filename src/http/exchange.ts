import { asProblem, problemDocument } from './problem-document.ts'
import { sendProblem } from './reply.ts'
import { problemErrors, serveOperation } from './serve-operation.ts'
import type { Exchange, OperationContext } from './serve-operation.ts'

/** The part of a pino logger that is used. Neither addresses nor bodies are ever given to it. */
export interface HttpLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** One request whose caller is known, with its answer; both with their secrets. */
export interface ServedExchange {
  /** As the operation's security scheme found it. */
  readonly principal: unknown
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  /** Null: the connection broke before the answer. */
  readonly status: number | null
  readonly durationMs: number
  /** Parsed; undefined: none. */
  readonly request: unknown
  readonly response: unknown
}

/** What streams say when the other side went away: no failure of ours. */
function isDisconnect(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return (
    error.name === 'AbortError' ||
    ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ABORT_ERR'].includes(String(code)) ||
    error.message === goneMessage
  )
}

const goneMessage = 'the client went away'

interface ExchangeOptions {
  readonly name: string
  readonly log: HttpLog
  readonly onExchange?: (served: ServedExchange) => void
}

/** One request from beginning to end: served, its problem told, logged. */
export async function exchange(
  context: OperationContext,
  { name, log, onExchange }: ExchangeOptions,
  open: Set<AbortController>,
  { request, response, correlationId }: Pick<Exchange, 'request' | 'response' | 'correlationId'>,
): Promise<void> {
  const startedAt = performance.now()
  const controller = new AbortController()
  let code: string | undefined
  const current: Exchange = {
    request,
    response,
    correlationId,
    signal: controller.signal,
    asked: undefined,
  }
  open.add(controller)
  // Writing to a client that went away is no error of the process.
  response.on('error', () => undefined)
  response.once('close', () => {
    open.delete(controller)
    // Also after a complete answer: what watches on behalf of the request ends with it.
    controller.abort(new Error(response.writableFinished ? 'the answer is complete' : goneMessage))
    log.info(
      {
        listener: name,
        operationId: current.asked?.operation.id,
        route: current.asked?.operation.route,
        method: request.method,
        status: response.statusCode,
        ...(code === undefined ? {} : { code }),
        ...(response.writableFinished ? {} : { aborted: true }),
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        correlationId,
      },
      'request',
    )
    if (current.principal !== undefined) onExchange?.(servedOf(current, startedAt))
  })
  try {
    await serveOperation(context, current)
  } catch (error) {
    const gone = response.destroyed || controller.signal.aborted
    if (gone && isDisconnect(error)) return
    const problem = asProblem(error)
    code = problem.code
    const fields = { correlationId, operationId: current.asked?.operation.id }
    if (problem.status >= 500) log.error({ ...fields, err: problem.cause ?? problem }, 'failed')
    if (context.recordResponseErrors !== undefined && current.asked !== undefined) {
      const errors = problemErrors(current.asked, problem, correlationId)
      if (errors.length > 0) context.recordResponseErrors(errors)
    }
    current.answer = problemDocument(problem, correlationId)
    sendProblem(request, response, problem, correlationId)
  }
}

function servedOf(current: Exchange, startedAt: number): ServedExchange {
  const { request, response, principal, body, answer } = current
  return {
    principal,
    method: request.method,
    url: request.originalUrl,
    status: response.headersSent ? response.statusCode : null,
    durationMs: performance.now() - startedAt,
    request: body,
    response: answer,
  }
}
