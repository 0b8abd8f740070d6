import type { Failure } from './failure.ts'
import type { StateReason } from './workspace.ts'

export type JobState =
  | 'WAITING_FOR_INPUTS'
  | 'QUEUED'
  | 'STAGING'
  | 'RUNNING'
  | 'COLLECTING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'CANCELLED'

export const finalJobStates: readonly JobState[] = ['SUCCEEDED', 'FAILED', 'CANCELLED']
export const activeJobStates: readonly JobState[] = ['STAGING', 'RUNNING', 'COLLECTING']
export const isFinalJob = (job: { readonly state: JobState }) => finalJobStates.includes(job.state)

export interface Usage {
  readonly wallSeconds: number
  readonly cpuSeconds: number | null
  readonly gpuSeconds: number
}

/** One object as a job pinned it: stage-in reads it with `If-Match`. */
export interface PinnedObject {
  readonly key: string
  readonly etag: string
  readonly bytes: number
}

/** A service's input name bound to a workspace input, and what it held when the job took it. */
export interface PinnedInput {
  readonly input: string
  readonly bytes: number
  readonly sha256: string | null
  readonly objects: readonly PinnedObject[]
}

/** One requested execution. */
export interface Job {
  readonly id: string
  readonly workspaceId: string
  readonly serviceId: string
  readonly version: number
  readonly labels: Readonly<Record<string, string>>
  readonly state: JobState
  readonly stateReason: StateReason | null
  /** When the present state began, moved on by the time that the workspace was suspended. */
  readonly stateSince: Date
  /** Service input name → workspace input name. */
  readonly bindings: Readonly<Record<string, string>>
  readonly pins: Readonly<Record<string, PinnedInput>> | null
  readonly parameters: Readonly<Record<string, unknown>>
  /** Parameters that the schema marks `writeOnly`, encrypted. */
  readonly sealedParameters: string | null
  readonly parametersSha256: string
  readonly attempt: number
  readonly maxAttempts: number
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly cancelRequestedAt: Date | null
  /** Why it is being stopped: decides the final state. */
  readonly stopFailure: Failure | null
  readonly exitCode: number | null
  readonly failure: Failure | null
  readonly usage: Usage
}

export type AttemptState =
  'QUEUED' | 'STAGING' | 'RUNNING' | 'COLLECTING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'

/** An output object that an attempt left and the service verified. */
export interface VerifiedOutput {
  readonly name: string
  /** Below the output, for a directory; null for a file or archive. */
  readonly path: string | null
  readonly key: string
  readonly bytes: number
  readonly sha256: string
}

/** One try of a job on the compute backend. */
export interface Attempt {
  readonly jobId: string
  readonly number: number
  readonly workspaceId: string
  readonly state: AttemptState
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly exitCode: number | null
  readonly failure: Failure | null
  readonly usage: Usage
  readonly imageDigest: string | null
  /** The agent's session ends then; a new one is given at half of its life. */
  readonly credentialsUntil: Date | null
  readonly outputs: readonly VerifiedOutput[]
  readonly log: { readonly key: string; readonly bytes: number; readonly complete: boolean } | null
  /** True once nothing of it is left on the backend. */
  readonly removed: boolean
}

export const noUsage: Usage = { wallSeconds: 0, cpuSeconds: 0, gpuSeconds: 0 }
