import type { V1VolumeMount } from '@kubernetes/client-node'
import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import { inputDirectoryPrefix } from '../../domain/bucket-layout.ts'
import type { InputSpec } from '../../domain/compute-service.ts'
import type { AgentTask, StagedInput } from '../../staging/agent-task.ts'
import { podPaths } from '../../staging/pod-task.ts'

export const volumes = {
  secret: 'agent',
  inputs: 'inputs',
  outputs: 'outputs',
  scratch: 'scratch',
  sharedMemory: 'shared-memory',
} as const

/** A folder of the inputs' volume that the worker sees at `mountPath`. */
interface FolderPlace {
  readonly mountPath: string
  readonly subPath: string
}

export interface PodPlaces {
  /** What the agent stages, with paths in its own container. */
  readonly inputs: readonly StagedInput[]
  /** How the worker sees the inputs. */
  readonly mounts: readonly V1VolumeMount[]
}

/**
 * Decides where each input lies. Archives and directories are mounted at their `mountPath`; one that lies within
 * another's goes into that one's folder. A file is mounted by itself, so that what the image has beside it stays
 * visible, or goes into the folder that is mounted over its place.
 */
export function podPlaces(spec: AttemptSpec): PodPlaces {
  const inputs = spec.service.inputs.filter(({ name }) => spec.inputs[name] !== undefined)
  const folders = folderPlaces(inputs)
  const mounts: V1VolumeMount[] = folders.map(({ mountPath, subPath }) => ({
    name: volumes.inputs,
    mountPath,
    subPath,
  }))
  const staged = inputs.map((input, index) => {
    const path = workerPath(input)
    if (path === null) return stagedInput(input, spec, null)
    const folder = folders.find(({ mountPath }) => isWithin(path, mountPath))
    if (folder !== undefined) {
      const below = `${folder.subPath}${path.slice(folder.mountPath.length)}`
      return stagedInput(input, spec, `${podPaths.inputs}/${below}`)
    }
    const subPath = `file-${index}/${input.name}`
    mounts.push({ name: volumes.inputs, mountPath: path, subPath })
    return stagedInput(input, spec, `${podPaths.inputs}/${subPath}`)
  })
  return { inputs: staged, mounts }
}

const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

/** Where the worker finds the input; null: not in its file system. */
function workerPath({ kind, name, mountPath }: InputSpec): string | null {
  if (kind === 'environment' || mountPath === null) return null
  return kind === 'file' ? `${mountPath}/${name}` : mountPath
}

function folderPlaces(inputs: readonly InputSpec[]): readonly FolderPlace[] {
  const paths = inputs.flatMap(({ kind, mountPath }) =>
    kind === 'archive' || kind === 'directory' ? (mountPath ?? []) : [],
  )
  const outermost = [...new Set(paths)].filter(
    (path) => !paths.some((other) => other !== path && isWithin(path, other)),
  )
  return outermost.map((mountPath, index) => ({ mountPath, subPath: `folder-${index}` }))
}

function stagedInput(
  { name, kind, maxBytes }: InputSpec,
  spec: AttemptSpec,
  target: string | null,
): StagedInput {
  const pin = spec.inputs[name]
  return {
    name,
    kind,
    target,
    maxBytes,
    prefix: inputDirectoryPrefix(pin?.input ?? name),
    objects: pin?.objects ?? [],
  }
}

/** What the agent in the pod does. */
export function podTask(spec: AttemptSpec, places: PodPlaces): AgentTask {
  const { service, jobId, attempt, bucket } = spec
  const { stageSeconds, collectSeconds, storageBytes } = service.limits
  return {
    jobId,
    attempt,
    bucket,
    inputs: places.inputs,
    outputs: service.outputs.map(({ name, kind }) => ({ name, kind })),
    outputDirectory: service.outputDirectory === null ? null : podPaths.outputs,
    scratchDirectory: podPaths.scratch,
    stageSeconds,
    collectSeconds,
    storageBytes,
  }
}
