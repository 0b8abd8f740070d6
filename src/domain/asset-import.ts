import { z } from 'zod'
import { parseServiceContent, type ServiceDefinition } from './compute-service-content.ts'
import { ProblemError } from './problem.ts'
import { jsonPointer, zodProblems } from './zod-problems.ts'

const description = z.string().nullish()
const strings = z.array(z.string()).nullish()

const asset = z.looseObject({
  service_id: z.string(),
  inputs: z
    .array(
      z.looseObject({
        resource_name: z.string(),
        type: z.union([z.literal(1), z.literal(2), z.literal(3)]),
        mount_path: z.string().nullish(),
        description,
      }),
    )
    .nullish(),
  outputs: z
    .array(
      z.looseObject({
        resource_name: z.string(),
        type: z.union([z.literal(2), z.literal(3)]),
        description,
      }),
    )
    .nullish(),
  workflow_resource: z.looseObject({
    worker_image: z.string(),
    worker_image_output_directory: z.string().nullish(),
    worker_image_command: strings,
    worker_image_args: strings,
    gpu: z.boolean().nullish(),
  }),
})

type Asset = z.infer<typeof asset>

export interface ImportedAsset extends ServiceDefinition {
  /** What was not taken over, and what differs from the predecessor. */
  readonly warnings: readonly string[]
}

const kinds = { 1: 'environment', 2: 'file', 3: 'archive' } as const

/**
 * Reads an asset as the predecessor (workflow-api, 2023) keeps it. Its service id becomes the id, the title and the
 * dataset. Throws `invalid-request` with pointers into the asset.
 */
export function importAsset(value: unknown): ImportedAsset {
  const parsed = asset.safeParse(value, { reportInput: true })
  if (!parsed.success) throw invalidAsset(zodProblems(parsed.error))
  const old = parsed.data
  try {
    return { ...parseServiceContent(definitionOf(old)), warnings: warningsOf(old) }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw invalidAsset(error.errors.map((part) => ({ ...part, pointer: oldPointer(part.pointer) })))
  }
}

function invalidAsset(errors: ProblemError['errors']): ProblemError {
  return new ProblemError('invalid-request', 'The asset cannot be imported.', { errors })
}

/** Trailing slashes say nothing; the root stays what it is and is refused. */
const withoutSlash = (path: string) => path.replace(/(?<=.)\/+$/, '')
const isGiven = (path: string | null | undefined): path is string =>
  path !== undefined && path !== null && path !== ''

function definitionOf(old: Asset) {
  const { workflow_resource: resource } = old
  const directory = resource.worker_image_output_directory
  const hasOutputs = isGiven(directory)
  return {
    id: old.service_id,
    title: old.service_id,
    datasets: [old.service_id],
    worker: {
      image: resource.worker_image,
      command: resource.worker_image_command ?? [],
      args: resource.worker_image_args ?? [],
    },
    inputs: (old.inputs ?? []).map((input) => ({
      name: input.resource_name,
      kind: kinds[input.type],
      ...(input.type === 1 || !isGiven(input.mount_path)
        ? {}
        : { mountPath: withoutSlash(input.mount_path) }),
      description: input.description ?? null,
    })),
    outputs: hasOutputs
      ? (old.outputs ?? []).map((output) => ({
          name: output.resource_name,
          kind: kinds[output.type],
          description: output.description ?? null,
        }))
      : [],
    outputDirectory: hasOutputs ? withoutSlash(directory) : null,
    ...(resource.gpu === true
      ? { resources: { gpu: { resource: 'nvidia.com/gpu', count: 1 } } }
      : {}),
  }
}

function warningsOf(old: Asset): readonly string[] {
  const warnings = [
    ...unknownFields(old, asset.shape, []),
    ...unknownFields(old.workflow_resource, asset.shape.workflow_resource.shape, [
      'workflow_resource',
    ]),
  ]
  const inputFields = { resource_name: 0, type: 0, mount_path: 0, description: 0 }
  for (const [index, input] of (old.inputs ?? []).entries()) {
    warnings.push(...unknownFields(input, inputFields, ['inputs', index]))
    if (input.type === 1 && isGiven(input.mount_path)) {
      warnings.push(`/inputs/${index}/mount_path is not used: an environment is not mounted.`)
    }
  }
  const outputFields = { resource_name: 0, type: 0, description: 0 }
  for (const [index, output] of (old.outputs ?? []).entries()) {
    warnings.push(...unknownFields(output, outputFields, ['outputs', index]))
  }
  return [...warnings, ...outputWarnings(old)]
}

function unknownFields(found: object, known: object, path: readonly PropertyKey[]): string[] {
  return Object.keys(found)
    .filter((field) => !Object.hasOwn(known, field))
    .map((field) => `${jsonPointer([...path, field])} is not known and was left out.`)
}

function outputWarnings(old: Asset): string[] {
  const outputs = old.outputs ?? []
  if (outputs.length > 0 && !isGiven(old.workflow_resource.worker_image_output_directory)) {
    return ['/outputs were left out: the asset has no output directory.']
  }
  if (outputs.every(({ type }) => type !== 3)) return []
  return [
    "Entries of result archives are named relative to the output directory, below folders too; the predecessor put the directory's name before them and took top-level files only.",
  ]
}

/** Where a wrong place of the definition is in the asset. */
function oldPointer(pointer: string): string {
  return pointer
    .replace(/^\/(id|title|datasets).*/, '/service_id')
    .replace(/^(\/(?:inputs|outputs)\/\d+)\/name/, '$1/resource_name')
    .replace(/^(\/inputs\/\d+)\/mountPath/, '$1/mount_path')
    .replace(/^\/outputDirectory/, '/workflow_resource/worker_image_output_directory')
    .replace(/^\/worker\/(image|command|args)/, (_all, field: string) =>
      field === 'image'
        ? '/workflow_resource/worker_image'
        : `/workflow_resource/worker_image_${field}`,
    )
}
