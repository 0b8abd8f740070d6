import { z } from 'zod'
import { failureCatalogue, type FailureCode } from '../../domain/failure.ts'
import { agentTaskSchema } from '../../staging/agent-task.ts'

const texts = z.record(z.string(), z.string())

/** `task.json`: what the supervisor does. Holds the job's parameters, which may be secrets. */
export const localTaskSchema = z.object({
  schema: z.literal('dataspace-compute/local-task/1'),
  /** Written into the claim: whoever finds another one there does nothing. */
  identity: z.string(),
  task: agentTaskSchema,
  command: z.array(z.string()),
  args: z.array(z.string()),
  /** Fixed variables of the service. */
  env: texts,
  parameters: texts,
  /** `DSC_…` variables. */
  offered: texts,
  runSeconds: z.number(),
  graceSeconds: z.number(),
  logBytes: z.number(),
  gpuCount: z.number(),
})
export type LocalTask = z.output<typeof localTaskSchema>

const time = z.iso.datetime().transform((text) => new Date(text))
const isFailureCode = (value: unknown) => typeof value === 'string' && value in failureCatalogue
const usage = z.object({
  wallSeconds: z.number(),
  cpuSeconds: z.number().nullable(),
  gpuSeconds: z.number(),
})

/** `status.json`: the phase that the supervisor has reached. */
export const statusSchema = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('staging'), since: time }),
  z.object({ phase: z.literal('running'), since: time, startedAt: time }),
  z.object({ phase: z.literal('collecting'), since: time, startedAt: time, exitCode: z.number() }),
  z.object({
    phase: z.literal('ended'),
    startedAt: time.nullable(),
    endedAt: time,
    exitCode: z.number().nullable(),
    failure: z
      .object({ code: z.custom<FailureCode>(isFailureCode), message: z.string() })
      .nullable(),
    usage,
  }),
])
export type LocalStatus = z.output<typeof statusSchema>

export const stopSchema = z.object({ graceSeconds: z.number() })

/** A process that cannot be mistaken for a later one of the same number. */
export const processSchema = z.object({ pid: z.number(), startedAt: z.string() })
export type ProcessIdentity = z.output<typeof processSchema>
