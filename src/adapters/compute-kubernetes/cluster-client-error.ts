import { ApiException } from '@kubernetes/client-node'
import { FailureError } from '../../domain/failure.ts'

/** What the API server, or the way to it, said instead of success. Holds no headers, no body and no credential. */
export class ClusterFault extends Error {
  override readonly name = 'ClusterFault'
  /** HTTP status; undefined: there was no answer. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

/** The HTTP status that the API server answered with; undefined when it did not answer. */
export const statusOf = (error: unknown): number | undefined => faultOf(error).status

/**
 * The one translation of the cluster's errors: `cluster-unavailable` when trying again may help,
 * `admission-refused` with the cluster's own sentence when it refused to create something, else `internal`.
 * `statusOf` of the result is the status of the original.
 */
export function clusterError(error: unknown, verb: 'create' | 'other' = 'other'): FailureError {
  if (error instanceof FailureError) return error
  const fault = faultOf(error)
  const { status, message } = fault
  if (status === undefined) {
    return new FailureError('cluster-unavailable', `The cluster did not answer: ${message}.`, {
      cause: fault,
    })
  }
  const said = message === '' ? `(${status})` : `(${status}): ${message}`
  if (status >= 500 || status === 429 || status === 408 || status === 401) {
    return new FailureError('cluster-unavailable', `The cluster cannot be used ${said}`, {
      cause: fault,
    })
  }
  if (verb === 'create' && (status === 400 || status === 403 || status === 422)) {
    return new FailureError('admission-refused', message === '' ? `Refused ${said}.` : message, {
      cause: fault,
    })
  }
  if (status === 403) {
    return new FailureError('cluster-unavailable', `The cluster refused access ${said}`, {
      cause: fault,
    })
  }
  return new FailureError('internal', `The cluster refused a request ${said}`, { cause: fault })
}

/** A fault as it is told by the document (`Status`) of an answer or of an `ERROR` event. */
export function faultOfStatus(status: number, body: unknown): ClusterFault {
  const document = typeof body === 'string' ? parsed(body) : body
  const message =
    typeof document === 'object' && document !== null && 'message' in document
      ? document.message
      : ''
  return new ClusterFault(typeof message === 'string' ? sentence(message) : '', status)
}

function faultOf(error: unknown): ClusterFault {
  if (error instanceof ClusterFault) return error
  if (error instanceof FailureError) return faultOf(error.cause)
  // Its message quotes the whole body and all headers.
  if (error instanceof ApiException) return faultOfStatus(error.code, error.body)
  return new ClusterFault(connectionFault(error))
}

/** Only codes and names: messages of the HTTP client may quote a header. */
function connectionFault(error: unknown): string {
  let name = ''
  let next = error
  for (let depth = 0; depth < 6 && next instanceof Error; depth += 1) {
    if ('code' in next && typeof next.code === 'string') return next.code
    if (name === '' && next.name !== 'TypeError' && next.name !== 'Error') name = next.name
    next = next instanceof AggregateError ? next.errors[0] : next.cause
  }
  return name === '' ? 'the connection failed' : name
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const longestSentence = 1_000

function sentence(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').trim()
  return line.length <= longestSentence ? line : `${line.slice(0, longestSentence)}…`
}
