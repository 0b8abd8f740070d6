/** Every problem code with its HTTP status and title (RFC 9457). Documented in docs/codes.md. */
export const problemCatalogue = {
  'invalid-request': [400, 'The request is not valid'],
  'transfer-type-unknown': [400, 'The transfer type is not offered'],
  unauthenticated: [401, 'Authentication is missing or not accepted'],
  'token-expired': [401, 'The token has expired'],
  'not-allowed': [403, 'Not allowed'],
  'workspace-suspended': [403, 'The workspace is suspended'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  'not-acceptable': [406, 'None of the accepted media types is available'],
  'state-conflict': [409, 'The state does not allow this'],
  'input-missing': [409, 'A required input is missing'],
  'input-in-use': [409, 'The input is in use'],
  'already-delivered': [409, 'Already delivered'],
  'service-retired': [409, 'The compute service is retired'],
  'managed-by-file': [409, 'Managed by a file'],
  'agreement-ended': [409, 'The agreement has ended'],
  'workspace-ended': [410, 'The workspace has ended'],
  'events-gone': [410, 'Events that old are not kept'],
  'precondition-failed': [412, 'Precondition failed'],
  'too-large': [413, 'Too large'],
  'unsupported-media-type': [415, 'Unsupported media type'],
  'range-not-satisfiable': [416, 'Range not satisfiable'],
  'no-compute-service': [422, 'No compute service for this dataset'],
  'invalid-parameters': [422, 'Parameters do not fit the service'],
  'service-unknown': [422, 'No such compute service'],
  'input-unknown': [422, 'No such input'],
  'source-unsupported': [422, 'The source is not supported'],
  'address-refused': [422, 'The address is refused'],
  'digest-mismatch': [422, 'The digest does not match'],
  'length-mismatch': [422, 'The length does not match'],
  'idempotency-key-reused': [422, 'Idempotency key used for another request'],
  'rate-limited': [429, 'Too many requests'],
  'limit-reached': [429, 'A limit is reached'],
  internal: [500, 'Internal error'],
  'not-supported-by-store': [501, 'The object store cannot do this'],
  'workspace-not-ready': [503, 'The workspace is not ready yet'],
  'store-unavailable': [503, 'The object store is not available'],
  'cluster-unavailable': [503, 'The cluster is not available'],
  'connector-unavailable': [503, 'The connector is not available'],
  'issuer-unavailable': [503, 'The issuer of the token is not available'],
  overloaded: [503, 'Overloaded'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof problemCatalogue

/** One wrong place in a request: a JSON pointer into it, a short code, a sentence. */
export interface ProblemPart {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}

export interface ProblemOptions {
  readonly errors?: readonly ProblemPart[]
  readonly nextStep?: string
  readonly retryAfterSeconds?: number
  /** For the log only, never shown to the caller. */
  readonly cause?: unknown
}

/** The one error class that use cases throw at a caller. `detail` is public: no secrets, no internals. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly detail: string
  readonly errors: readonly ProblemPart[]
  readonly nextStep: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause })
    this.code = code
    this.detail = detail
    this.errors = options.errors ?? []
    this.nextStep = options.nextStep
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get status(): number {
    return problemCatalogue[this.code][0]
  }

  get title(): string {
    return problemCatalogue[this.code][1]
  }
}
