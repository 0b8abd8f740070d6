import { z } from 'zod'
import { inputNamePattern } from './bucket-layout.ts'
import { serviceContentProblems } from './compute-service-rules.ts'
import { defaultLimits, type ComputeServiceContent, type InputSpec } from './compute-service.ts'
import { ProblemError } from './problem.ts'
import { zodProblems } from './zod-problems.ts'

/** Ids of compute services. */
export const serviceIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

const name = z.string().regex(inputNamePattern, `must match ${inputNamePattern.source}`)
const path = z.string().min(1).max(1024)
const text = z.string().max(8192)
const seconds = z.int().min(1).max(315_360_000)
const bytes = z.int().min(0)
const quantity = z
  .string()
  .max(32)
  .regex(/^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/, 'must be a quantity like 2, 500m, 4Gi')

const about = { title: z.string().max(256).optional(), description: text.nullish() }

const input = z.strictObject({
  name,
  kind: z.enum(['environment', 'file', 'archive', 'directory']),
  mountPath: path.nullish(),
  required: z.boolean().default(true),
  maxBytes: z.int().min(1).nullish(),
  ...about,
})

/** An output is required unless the service says otherwise: a job that leaves nothing has not succeeded. */
const output = z.strictObject({
  name,
  kind: z.enum(['file', 'archive', 'directory']),
  required: z.boolean().default(true),
  ...about,
})

const worker = z.strictObject({
  image: z.string().min(1).max(1024).nullish(),
  command: z.array(z.string().max(32_768)).max(200).default([]),
  args: z.array(z.string().max(32_768)).max(200).default([]),
  env: z.record(z.string(), z.string().max(131_072)).default({}),
  secretEnv: z.record(z.string(), z.string().max(512)).default({}),
  user: z
    .string()
    .regex(/^(image|root|[0-9]{1,10}:[0-9]{1,10})$/, 'must be image, uid:gid or root')
    .default('image'),
})

const resources = z.strictObject({
  cpu: quantity.nullish(),
  memory: quantity.nullish(),
  ephemeralStorage: quantity.nullish(),
  sharedMemory: quantity.nullish(),
  gpu: z
    .strictObject({ resource: z.string().min(1).max(253), count: z.int().min(1).max(1024) })
    .nullish(),
  profile: z.string().min(1).max(128).nullish(),
})

const limits = z.strictObject({
  inputSeconds: seconds.default(defaultLimits.inputSeconds),
  queueSeconds: seconds.default(defaultLimits.queueSeconds),
  stageSeconds: seconds.default(defaultLimits.stageSeconds),
  runSeconds: seconds.default(defaultLimits.runSeconds),
  collectSeconds: seconds.default(defaultLimits.collectSeconds),
  graceSeconds: seconds.default(defaultLimits.graceSeconds),
  attempts: z.int().min(1).max(100).default(defaultLimits.attempts),
  retryExitCodes: z.array(z.int().min(1).max(255)).max(255).default([]),
  concurrentJobs: z.int().min(1).max(100_000).default(defaultLimits.concurrentJobs),
  workspaceSeconds: seconds.nullable().default(defaultLimits.workspaceSeconds),
  storageBytes: bytes.default(defaultLimits.storageBytes),
  logBytes: bytes.default(defaultLimits.logBytes),
})

const definition = z.strictObject({
  id: z.string().regex(serviceIdPattern, `must match ${serviceIdPattern.source}`),
  title: z.string().min(1).max(256),
  description: text.nullish(),
  datasets: z.array(z.string().min(1).max(512)).max(1000).default([]),
  worker,
  inputs: z.array(input).max(100).default([]),
  outputs: z.array(output).max(100).default([]),
  outputDirectory: path.nullish(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  resources: resources.prefault({}),
  limits: limits.prefault({}),
  onSuspend: z.enum(['continue', 'cancel']).default('continue'),
  egress: z
    .array(
      z.strictObject({
        cidr: z.string().min(1).max(64),
        ports: z.array(z.int().min(1).max(65_535)).max(100).default([]),
      }),
    )
    .max(100)
    .default([]),
})

export interface ServiceDefinition {
  readonly id: string
  readonly content: ComputeServiceContent
}

/**
 * Reads a compute service as the management API and `*.service.yaml` give it, with all defaults filled in. Throws
 * `invalid-request` with a pointer for each wrong place.
 */
export function parseServiceContent(value: unknown): ServiceDefinition {
  const parsed = definition.safeParse(value, { reportInput: true })
  if (!parsed.success) throw invalidService(zodProblems(parsed.error))
  const found = contentOf(parsed.data)
  const problems = serviceContentProblems(found.content)
  if (problems.length > 0) throw invalidService(problems)
  return found
}

function invalidService(errors: ReturnType<typeof zodProblems>): ProblemError {
  const places = errors.length === 1 ? '1 place is' : `${errors.length} places are`
  return new ProblemError('invalid-request', `${places} wrong in the compute service.`, { errors })
}

type Parsed = z.infer<typeof definition>

function contentOf({ id, ...rest }: Parsed): ServiceDefinition {
  const content: ComputeServiceContent = {
    title: rest.title,
    description: rest.description ?? null,
    datasets: [...new Set(rest.datasets)],
    worker: { ...rest.worker, image: rest.worker.image ?? null },
    inputs: rest.inputs.map(inputOf),
    outputs: rest.outputs.map(({ name: outputName, kind, required, ...said }) => ({
      name: outputName,
      kind,
      required,
      description: descriptionOf(said),
    })),
    outputDirectory: rest.outputDirectory ?? null,
    parameters: { type: 'object', additionalProperties: false, ...rest.parameters },
    resources: {
      cpu: rest.resources.cpu ?? null,
      memory: rest.resources.memory ?? null,
      ephemeralStorage: rest.resources.ephemeralStorage ?? null,
      sharedMemory: rest.resources.sharedMemory ?? null,
      gpu: rest.resources.gpu ?? null,
      profile: rest.resources.profile ?? null,
    },
    limits: rest.limits,
    onSuspend: rest.onSuspend,
    egress: rest.egress,
  }
  return { id, content }
}

const inputOf = (given: Parsed['inputs'][number]): InputSpec => ({
  name: given.name,
  kind: given.kind,
  mountPath: given.mountPath ?? null,
  required: given.required,
  maxBytes: given.maxBytes ?? null,
  description: descriptionOf(given),
})

/** Title and description are one text inside. */
function descriptionOf(said: {
  title?: string | undefined
  description?: string | null | undefined
}) {
  const parts = [said.title, said.description].filter((part) => part !== undefined && part !== null)
  return parts.length === 0 ? null : parts.join(': ')
}
