import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import { inputDirectoryPrefix } from '../../domain/bucket-layout.ts'
import type { InputSpec } from '../../domain/compute-service.ts'
import { offeredVariables } from '../../domain/worker-environment.ts'
import type { StagedInput } from '../../staging/agent-task.ts'
import type { AttemptFolder } from './attempt-folder.ts'
import type { LocalTask } from './documents.ts'

/** What the supervisor of this attempt does, with every path below the attempt's folder. */
export function localTask(spec: AttemptSpec, folder: AttemptFolder, identity: string): LocalTask {
  const { service, jobId, attempt, bucket } = spec
  const { limits, worker, outputDirectory } = service
  const inputs = service.inputs.filter(({ name }) => spec.inputs[name] !== undefined)
  return {
    schema: 'dataspace-compute/local-task/1',
    identity,
    task: {
      jobId,
      attempt,
      bucket,
      inputs: inputs.map((input) => stagedInput(input, spec, folder.root)),
      outputs: service.outputs.map(({ name, kind }) => ({ name, kind })),
      outputDirectory: outputDirectory === null ? null : folder.root + outputDirectory,
      scratchDirectory: folder.scratch,
      stageSeconds: limits.stageSeconds,
      collectSeconds: limits.collectSeconds,
      storageBytes: limits.storageBytes,
    },
    command: [...worker.command],
    args: [...worker.args],
    env: { ...worker.env },
    parameters: { ...spec.variables },
    offered: offeredVariables(spec, folder.root, inputs, outputDirectory),
    runSeconds: limits.runSeconds,
    graceSeconds: limits.graceSeconds,
    logBytes: limits.logBytes,
    gpuCount: service.resources.gpu?.count ?? 0,
  }
}

function stagedInput(
  { name, kind, mountPath, maxBytes }: InputSpec,
  spec: AttemptSpec,
  root: string,
): StagedInput {
  const pin = spec.inputs[name]
  const place = mountPath === null ? null : root + mountPath
  return {
    name,
    kind,
    target: place === null || kind !== 'file' ? place : `${place}/${name}`,
    maxBytes,
    prefix: inputDirectoryPrefix(pin?.input ?? name),
    objects: pin?.objects ?? [],
  }
}
