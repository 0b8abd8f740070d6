import type { Readable } from 'node:stream'
import type { ComputeServiceContent } from '../../domain/compute-service.ts'
import type { Failure } from '../../domain/failure.ts'
import type { PinnedInput, Usage } from '../../domain/job.ts'
import type { SessionCredentials } from './object-store.ts'

/** Names one try of a job. Every outside object of it has a name made from this alone. */
export interface AttemptRef {
  readonly jobId: string
  readonly attempt: number
}

/** Everything a backend needs to run one attempt. Holds secrets (`variables`, `credentials`): never logged. */
export interface AttemptSpec extends AttemptRef {
  readonly workspaceId: string
  readonly serviceId: string
  readonly version: number
  readonly service: ComputeServiceContent
  /** Service input name → what the job pinned. */
  readonly inputs: Readonly<Record<string, PinnedInput>>
  /** Job parameters as environment variables; they come last. */
  readonly variables: Readonly<Record<string, string>>
  /**
   * Reads the inputs of kind `environment`, in the service's order, as pinned. For backends that must know them before
   * the worker begins. Throws `FailureError` (`environment-invalid`, `input-changed`, `store-unavailable`).
   */
  readonly environments: (signal: AbortSignal) => Promise<readonly ReadonlyMap<string, string>[]>
  readonly bucket: string
  readonly credentials: AgentCredentials
}

/** A scoped session of the agents' principal, with where it is used. */
export interface AgentCredentials extends SessionCredentials {
  readonly endpoint: string
  readonly region: string
  readonly forcePathStyle: boolean
}

/** What is seen of an attempt on the backend. `at` and `since` are the backend's own times. */
export type AttemptStatus =
  /** Nothing there: never made, or removed by someone else. */
  | { readonly phase: 'absent' }
  /** Accepted, not running yet. `idle`: nothing works at it, `ensure` has to be called again. */
  | ({
      readonly phase: 'pending'
      readonly reason: PendingReason | null
      readonly idle: boolean
    } & ByTime)
  | ({
      readonly phase: 'staging'
      readonly since: Date
      readonly reason?: PendingReason | null
    } & ByTime)
  | ({ readonly phase: 'running'; readonly since: Date; readonly startedAt: Date } & ByTime)
  | ({ readonly phase: 'collecting'; readonly since: Date; readonly startedAt: Date } & ByTime)
  | {
      readonly phase: 'ended'
      readonly startedAt: Date | null
      readonly endedAt: Date
      /** Of the worker; null when it never ran or its end is not known. */
      readonly exitCode: number | null
      /** What went wrong beside or before the exit code; null when only the exit code speaks. */
      readonly failure: Failure | null
      readonly usage: Usage
      readonly imageDigest: string | null
    }

interface ByTime {
  /** The next state may come by time alone, without a hint. */
  readonly changesByTime?: boolean
}

/** Of an attempt that is there and goes on. */
export type LivingStatus = Exclude<AttemptStatus, { phase: 'absent' | 'ended' }>

export interface PendingReason {
  readonly code: 'unschedulable' | 'kueue-quota' | 'image-pulling' | 'cluster-unavailable'
  readonly message: string
}

/**
 * Runs attempts. Every call is idempotent by the attempt's name, bounded by its signal, and throws
 * `FailureError` (`cluster-unavailable`, `admission-refused`, `internal`).
 */
export interface ComputeBackend {
  readonly kind: 'local' | 'kubernetes'

  /** Whether the backend ends a worker at `limits.runSeconds` by itself; else the caller stops it then. */
  readonly keepsRunLimit: boolean

  /** Passes over jobs that are worth running at once: more where calls wait for another machine. */
  readonly passesAtOnce: number

  /**
   * Every how many seconds a living attempt is looked at although `observe` told nothing: what a missed hint costs at
   * most. `soon` is for a status that may change by time alone, `seldom` for the others.
   */
  readonly looks: { readonly soon: number; readonly seldom: number }

  /** A sentence why this service cannot run here, or null. Asked at submission. */
  refusal(service: ComputeServiceContent): string | null

  /** Makes the attempt exist. There already and ours: success. Never runs an attempt a second time. */
  ensure(spec: AttemptSpec, signal: AbortSignal): Promise<void>

  status(ref: AttemptRef, signal: AbortSignal): Promise<AttemptStatus>

  /** Calls `onChange` whenever an attempt may have changed; hints only, some may be missed. */
  observe(onChange: (ref: AttemptRef) => void): AsyncDisposable

  /** Gives a running attempt's agent fresh credentials. */
  refreshCredentials(
    ref: AttemptRef,
    credentials: AgentCredentials,
    signal: AbortSignal,
  ): Promise<void>

  /**
   * Asks the worker to end (SIGTERM, grace, SIGKILL). Returns at once; `status` tells the end. What it wrote may still
   * be collected: the caller publishes nothing of it.
   */
  stop(ref: AttemptRef, graceSeconds: number, signal: AbortSignal): Promise<void>

  /** Removes everything of the attempt, whatever runs of it. Already gone: success. */
  remove(ref: AttemptRef, signal: AbortSignal): Promise<void>

  /**
   * The worker's stdout and stderr from its start; with `follow` until the worker ends. Null: none (yet). Each of the
   * two is in its own order; how their lines lie between each other is the backend's.
   */
  logs(ref: AttemptRef, follow: boolean, signal: AbortSignal): Promise<Readable | null>

  /** Removes what belongs to no attempt any more. Called now and then. */
  tidy(signal: AbortSignal): Promise<void>

  /** When the backend was heard last, for those that may fall silent; null: it cannot. */
  lastContactAt(): Date | null

  /** Attempts of this installation that exist here, for the sweep of orphans. */
  list(signal: AbortSignal): Promise<readonly AttemptRef[]>
}
