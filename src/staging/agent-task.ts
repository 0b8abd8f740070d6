import type { InputKind, OutputKind } from '../domain/compute-service.ts'
import type { PinnedObject } from '../domain/job.ts'

/** What one attempt's agent has to do, in a pod or beside a local process. Holds no secret. */
export interface AgentTask {
  readonly jobId: string
  readonly attempt: number
  readonly bucket: string
  readonly inputs: readonly StagedInput[]
  readonly outputs: readonly { readonly name: string; readonly kind: OutputKind }[]
  /** Where the agent finds the output directory in its own file system; null: no outputs. */
  readonly outputDirectory: string | null
  /** A folder of the agent's own for archives on their way, emptied after use. */
  readonly scratchDirectory: string
  readonly stageSeconds: number
  readonly collectSeconds: number
  readonly storageBytes: number
}

export interface StagedInput {
  readonly name: string
  readonly kind: InputKind
  /** File of kind `file`, folder of `archive` and `directory`, in the agent's own file system; null: `environment`. */
  readonly target: string | null
  readonly maxBytes: number | null
  /** Keys of a directory's objects begin with this. */
  readonly prefix: string
  readonly objects: readonly PinnedObject[]
}
