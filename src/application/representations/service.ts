import type { ResourceSpec } from '../../domain/compute-service.ts'
import { serviceState } from '../services/list-services.ts'
import type { ServiceView } from '../services/save-service.ts'

type WithoutNulls<T> = { [Field in keyof T]?: Exclude<T[Field], null> }

/** What is not given is left out. */
function given<T extends object>(value: T): WithoutNulls<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== null),
  ) as WithoutNulls<T>
}

const resourcesOf = (resources: ResourceSpec) => given(resources)

/** A compute service as operators see it. */
export function serviceRepresentation({ service, version }: ServiceView) {
  const { content } = version
  const retired = service.retiredAt ?? version.retiredAt
  return {
    id: service.id,
    version: version.version,
    state: serviceState({ paused: service.paused, retiredAt: retired }),
    managedBy: service.managedBy,
    createdAt: version.createdAt.toISOString(),
    updatedAt: service.updatedAt.toISOString(),
    title: content.title,
    description: content.description,
    datasets: [...content.datasets],
    worker: {
      ...(content.worker.image === null ? {} : { image: content.worker.image }),
      command: [...content.worker.command],
      args: [...content.worker.args],
      env: content.worker.env,
      secretEnv: content.worker.secretEnv,
      user: content.worker.user,
    },
    inputs: content.inputs.map(({ name, kind, required, maxBytes, ...rest }) => ({
      ...given(rest),
      name,
      kind,
      required,
      maxBytes,
    })),
    outputs: content.outputs.map(({ name, kind, required, ...rest }) => ({
      ...given(rest),
      name,
      kind,
      required,
    })),
    outputDirectory: content.outputDirectory,
    parameters: content.parameters,
    resources: resourcesOf(content.resources),
    limits: given({ ...content.limits, retryExitCodes: [...content.limits.retryExitCodes] }),
    onSuspend: content.onSuspend,
    egress: content.egress.map(({ cidr, ports }) => ({ cidr, ports: [...ports] })),
  }
}

/** A compute service as consumers see it: never `worker`, `datasets`, `egress` or where things are mounted. */
export function offeredService(view: ServiceView) {
  const shown = serviceRepresentation(view)
  return {
    id: shown.id,
    version: shown.version,
    title: shown.title,
    description: shown.description,
    state: shown.state,
    inputs: shown.inputs.map(({ name, kind, required, maxBytes, description }) => ({
      name,
      kind,
      required,
      maxBytes,
      ...(description === undefined ? {} : { description }),
    })),
    outputs: shown.outputs,
    parameters: shown.parameters,
    resources: shown.resources,
    limits: shown.limits,
  }
}
