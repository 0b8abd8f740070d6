import type { V1EnvVar } from '@kubernetes/client-node'
import type { AttemptSpec } from '../../application/ports/compute-backend.ts'
import { offeredVariables, workerEnvironment } from '../../domain/worker-environment.ts'
import { workerSecretName } from './names.ts'

export interface WorkerVariables {
  /** `env` of the worker's container: single references, so that no value stands in the Job. */
  readonly env: V1EnvVar[]
  /** What the worker's Secret holds. */
  readonly secret: Readonly<Record<string, string>>
}

/**
 * The worker's environment. Values come from a Secret, where Kubernetes expands nothing: fixed variables were expanded
 * before, by Kubernetes' own rule. `command` and `args` are left to Kubernetes.
 */
export function workerVariables(
  spec: AttemptSpec,
  environments: readonly ReadonlyMap<string, string>[],
): WorkerVariables {
  const { service, variables } = spec
  const inputs = service.inputs.filter(({ name }) => spec.inputs[name] !== undefined)
  const offered = offeredVariables(spec, '', inputs, service.outputDirectory)
  const all = workerEnvironment({
    base: {},
    offered,
    inputs: environments,
    fixed: service.worker.env,
    parameters: variables,
  })
  const env: V1EnvVar[] = []
  const secret: Record<string, string> = {}
  for (const [name, value] of Object.entries(offered)) env.push({ name, value: literal(value) })
  for (const [name, value] of all) {
    if (name in offered || takenFromOperator(spec, name)) continue
    secret[name] = value
    env.push({ name, valueFrom: { secretKeyRef: { name: workerSecretName(spec), key: name } } })
  }
  for (const [name, reference] of Object.entries(service.worker.secretEnv)) {
    if (!takenFromOperator(spec, name)) continue
    const [secretName = '', key = ''] = reference.split('/')
    env.push({ name, valueFrom: { secretKeyRef: { name: secretName, key } } })
  }
  return { env, secret }
}

/** A Secret that the service names wins over inputs, as its fixed variables do; a declared parameter wins over both. */
const takenFromOperator = ({ service, variables }: AttemptSpec, name: string) =>
  name in service.worker.secretEnv && !(name in variables)

/** Kubernetes would replace `$(NAME)`. */
const literal = (value: string) => value.replaceAll('$', '$$$$')
