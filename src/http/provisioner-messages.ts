import type { ProvisionMessage } from '../application/provisioning/receive-provision-request.ts'
import { ProblemError, type ProblemPart } from '../domain/problem.ts'
import type { components } from '../generated/provisioner.ts'

type Body = components['schemas']['ProvisionMessage']

const maxIdLength = 512
const maxUrlLength = 8192

/**
 * A provision or deprovision request: with `flowId` of the data-plane generation, else of the control-plane one. Null for
 * a deprovision request that names nothing that there could be. Throws `invalid-request` for what else cannot be used.
 */
export function provisionMessage(body: Body): ProvisionMessage | null {
  const isDataPlane = text(body.flowId) !== undefined
  const process = isDataPlane ? 'flowId' : 'transferProcessId'
  const resource = isDataPlane ? 'provisionResourceId' : 'resourceDefinitionId'
  const kind = kindOf(body.type)
  const processId = segment(body[process])
  const resourceId = segment(body[resource])
  const assetId = text(body.assetId)
  const callbackAddress = text(body.callbackAddress)
  const problems = [
    ...missing(process, processId),
    ...missing(resource, resourceId),
    ...(kind === 'deprovision' ? [] : missing('callbackAddress', callbackAddress)),
    ...(isDataPlane || kind === 'deprovision' ? [] : missing('assetId', assetId)),
    ...(kind === undefined ? [part('type', 'enum', 'must be provision or deprovision')] : []),
  ]
  if (problems.length > 0 || kind === undefined || !processId || !resourceId) {
    if (kind === 'deprovision') return null
    throw new ProblemError('invalid-request', 'The provision request is not complete.', {
      errors: problems,
    })
  }
  const generation = isDataPlane ? 'data-plane' : 'control-plane'
  return {
    ...{ generation, kind, processId, resourceId },
    assetId: isDataPlane ? null : (assetId ?? null),
    callbackAddress: callbackAddress ?? '',
  }
}

function kindOf(type: unknown): ProvisionMessage['kind'] | undefined {
  if (type === undefined || type === null) return null
  return type === 'provision' || type === 'deprovision' ? type : undefined
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= maxUrlLength ? value : undefined

/** What can be a segment of a callback's path: clients take `.` and `..` out of it (RFC 3986, 5.2.4). */
function segment(value: unknown): string | undefined {
  const id = text(value)
  return id === undefined || id.length > maxIdLength || id === '.' || id === '..' ? undefined : id
}

const part = (name: string, code: string, detail: string): ProblemPart => ({
  pointer: `/${name}`,
  code,
  detail,
})

const missing = (name: string, value: string | undefined): readonly ProblemPart[] =>
  value === undefined ? [part(name, 'required', 'is missing or cannot be used')] : []
