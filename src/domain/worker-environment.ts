import { isReservedVariable } from './dotenv.ts'
import { FailureError } from './failure.ts'
import { expandVariables } from './variable-expansion.ts'

export interface WorkerEnvironmentParts {
  /** What the place of execution gives: `PATH`, `HOME`, `TMPDIR` of a local process; nothing in a container. */
  readonly base: Readonly<Record<string, string>>
  /** `DSC_…` variables of the contract; nobody overrides them. */
  readonly offered: Readonly<Record<string, string>>
  /** Parsed inputs of kind `environment`, in the service's order. */
  readonly inputs: readonly ReadonlyMap<string, string>[]
  /** Fixed `env` of the service, in its order; `$(NAME)` stands for what is defined before it. */
  readonly fixed: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The environment of a worker: base, environment inputs, fixed env, parameters; the later wins. Only fixed env is
 * expanded. Throws `FailureError` `environment-invalid` for a parameter that consumers cannot set.
 */
export function workerEnvironment(parts: WorkerEnvironmentParts): Map<string, string> {
  const variables = new Map(Object.entries({ ...parts.base, ...parts.offered }))
  for (const input of parts.inputs) {
    for (const [name, value] of input) variables.set(name, value)
  }
  for (const [name, value] of Object.entries(parts.fixed)) {
    if (!(name in parts.offered)) variables.set(name, expandVariables(value, variables))
  }
  for (const [name, value] of Object.entries(parts.parameters)) {
    if (isReservedVariable(name)) {
      throw new FailureError('environment-invalid', `The parameter ${name} cannot be set.`)
    }
    if (value.includes('\0')) {
      throw new FailureError('environment-invalid', `The parameter ${name} contains NUL.`)
    }
    variables.set(name, value)
  }
  return variables
}

/** `command` and `args` with every variable of the worker's environment put in. */
export const workerCommand = (
  command: readonly string[],
  args: readonly string[],
  variables: ReadonlyMap<string, string>,
): string[] => [...command, ...args].map((word) => expandVariables(word, variables))

/** `table.csv` → `DSC_INPUT_TABLE_CSV`. */
export const inputVariable = (input: string) =>
  `DSC_INPUT_${input.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`

export interface PlacedInput {
  readonly name: string
  readonly kind: 'environment' | 'file' | 'archive' | 'directory'
  readonly mountPath: string | null
}

/** The `DSC_…` variables that a worker may use and need not. `root`: empty in a container. */
export function offeredVariables(
  job: { readonly jobId: string; readonly attempt: number },
  root: string,
  inputs: readonly PlacedInput[],
  outputDirectory: string | null,
): Record<string, string> {
  const variables: Record<string, string> = {
    DSC_ROOT: root,
    DSC_JOB_ID: job.jobId,
    DSC_ATTEMPT: String(job.attempt),
  }
  if (outputDirectory !== null) variables['DSC_OUTPUT_DIR'] = root + outputDirectory
  for (const { name, kind, mountPath } of inputs) {
    if (mountPath === null || kind === 'environment') continue
    const path = root + mountPath
    variables[inputVariable(name)] = kind === 'file' ? `${path}/${name}` : path
  }
  return variables
}
