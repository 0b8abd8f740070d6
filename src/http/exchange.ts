import { asProblem } from './problem-document.ts'
import { sendProblem } from './reply.ts'
import { problemErrors, serveOperation } from './serve-operation.ts'
import type { Exchange, OperationContext } from './serve-operation.ts'

/** The part of a pino logger that is used. Neither addresses nor bodies are ever given to it. */
export interface HttpLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
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

/** One request from beginning to end: served, its problem told, logged. */
export async function exchange(
  context: OperationContext,
  { name, log }: { name: string; log: HttpLog },
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
    sendProblem(request, response, problem, correlationId)
  }
}
