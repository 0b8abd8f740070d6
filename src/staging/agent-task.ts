import { z } from 'zod'

const objects = z
  .array(z.object({ key: z.string(), etag: z.string(), bytes: z.number() }))
  .readonly()

const stagedInput = z.object({
  name: z.string(),
  kind: z.enum(['environment', 'file', 'archive', 'directory']),
  /** File of kind `file`, folder of `archive` and `directory`, in the agent's own file system; null: `environment`. */
  target: z.string().nullable(),
  maxBytes: z.number().nullable(),
  /** Keys of a directory's objects begin with this. */
  prefix: z.string(),
  objects,
})

const stagedOutput = z.object({
  name: z.string(),
  kind: z.enum(['file', 'archive', 'directory']),
})

/** What one attempt's agent has to do, in a pod or beside a local process. Holds no secret. */
export const agentTaskSchema = z.object({
  jobId: z.string(),
  attempt: z.number(),
  bucket: z.string(),
  inputs: z.array(stagedInput.readonly()).readonly(),
  outputs: z.array(stagedOutput.readonly()).readonly(),
  /** Where the agent finds the output directory in its own file system; null: no outputs. */
  outputDirectory: z.string().nullable(),
  /** A folder of the agent's own for archives on their way, emptied after use. */
  scratchDirectory: z.string(),
  stageSeconds: z.number(),
  collectSeconds: z.number(),
  storageBytes: z.number(),
})

export type AgentTask = Readonly<z.output<typeof agentTaskSchema>>
export type StagedInput = AgentTask['inputs'][number]
