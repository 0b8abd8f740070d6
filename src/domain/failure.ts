/** Who has to act on a failure. `system` is tried again by itself; the others are not. */
export type FailureClass = 'user' | 'data' | 'system' | 'policy'

/** Every failure code with its class and what the reader should do next. Documented in docs/codes.md. */
export const failureCatalogue = {
  'exit-code': ['user', 'Read the log and correct the input or the parameters.'],
  'out-of-memory': ['user', 'Use a service with more memory, or a smaller input.'],
  'run-timeout': ['user', 'Use a service with a longer run limit, or a smaller input.'],
  'output-missing': ['user', 'Check the log: the worker ended without writing this output.'],
  'output-refused': ['user', 'Let the worker write regular files with portable names only.'],
  'output-too-large': ['user', 'Write less, or use a service with more output space.'],
  'scratch-full': ['user', 'Use a service with more ephemeral storage.'],
  'input-timeout': ['data', 'Deliver the missing inputs, then submit the job again.'],
  'input-changed': ['data', 'Leave inputs alone while a job reads them; submit the job again.'],
  'input-too-large': ['data', 'Deliver a smaller input, or use a service that takes more.'],
  'archive-refused': [
    'data',
    'Repack the archive without links, absolute paths or excessive sizes.',
  ],
  'directory-refused': ['data', 'Rename the objects so that every key is a portable path.'],
  'environment-invalid': ['data', 'Correct the dotenv file.'],
  'digest-mismatch': ['data', 'Compare the digest with the source and deliver the data again.'],
  'length-mismatch': ['data', 'Compare the length with the source and deliver the data again.'],
  'source-refused': ['data', 'Check the address and its authorisation with the data provider.'],
  'source-gone': ['data', 'Ask the data provider for an address that exists.'],
  'source-changed': [
    'data',
    'Start the transfer again: the source was replaced while it was read.',
  ],
  'source-terminated': [
    'data',
    'Ask the data provider why the transfer was ended, then start again.',
  ],
  'edr-expired': ['data', 'Start the transfer again.'],
  'image-pull': ['system', 'Ask the operator whether the image exists and may be pulled.'],
  'admission-refused': ['system', 'Ask the operator: the cluster refuses this pod.'],
  evicted: ['system', 'None: tried again by itself.'],
  'node-lost': ['system', 'None: tried again by itself.'],
  'pod-deleted': ['system', 'None: tried again by itself.'],
  'staging-failed': ['system', 'None: tried again by itself; if it stays, ask the operator.'],
  'collecting-failed': ['system', 'None: tried again by itself; if it stays, ask the operator.'],
  'no-progress': ['system', 'None: tried again by itself; if it stays, ask the operator.'],
  'store-unavailable': ['system', 'None: tried again by itself; if it stays, ask the operator.'],
  'cluster-unavailable': ['system', 'None: tried again by itself; if it stays, ask the operator.'],
  'token-refused': ['system', 'None: tried again by itself; if it stays, ask the operator.'],
  parked: ['system', 'Ask the operator to look at the parked work and let it run again.'],
  internal: ['system', 'Quote the id to the operator.'],
  'queue-timeout': ['policy', 'Submit the job again when the service is less busy.'],
  'limit-reached': ['policy', 'Use less, or ask the operator for a higher limit.'],
  'address-refused': ['policy', 'Use a public https address, or ask the operator to allow it.'],
  'workspace-suspended': ['policy', 'Resume the transfer at the connector.'],
  'workspace-ended': ['policy', 'Negotiate a new agreement.'],
} as const satisfies Record<string, readonly [FailureClass, string]>

export type FailureCode = keyof typeof failureCatalogue

/** Why a job, attempt, transfer or workspace ended badly, as it is stored and shown. */
export interface Failure {
  readonly class: FailureClass
  readonly code: FailureCode
  /** One sentence for people, without secrets. */
  readonly message: string
  readonly nextStep: string
  /** The end of the worker's log, at most 2 KiB; jobs only. */
  readonly logTail?: string
}

export function failure(code: FailureCode, message: string, logTail?: string): Failure {
  const [failureClass, nextStep] = failureCatalogue[code]
  return {
    class: failureClass,
    code,
    message,
    nextStep,
    ...(logTail === undefined ? {} : { logTail }),
  }
}

/** A failure thrown through layers: adapters translate what vendors say into one of these, once. */
export class FailureError extends Error {
  override readonly name = 'FailureError'
  readonly failure: Failure

  constructor(code: FailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.failure = failure(code, message)
  }
}

/** What we depend on is away: nobody's work is at fault, and it goes on when that is back. */
export const isOutage = (error: unknown): boolean =>
  error instanceof FailureError &&
  (error.failure.code === 'store-unavailable' || error.failure.code === 'cluster-unavailable')

/** Whether what a transfer has brought before this failure is kept for the next one. */
export const keepsParts = ({ code }: Failure): boolean => code === 'edr-expired'
