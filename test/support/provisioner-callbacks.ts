import type { DoubledTransfer } from './provisioner-transfer.ts'

/** What the double answers a callback, as the connector was seen to. */
export interface CallbackReply {
  readonly status: number
  readonly document?: unknown
}

const error = (status: number, type: string, message = type): CallbackReply => ({
  status,
  document: [{ message, type, path: null, invalidValue: null }],
})
export const notFound = error(404, 'ObjectNotFound')
export const unauthenticated = error(401, 'AuthenticationFailed')

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** The addresses's nested properties: flat ones are lost. */
function propertiesOf(address: unknown): Readonly<Record<string, string>> {
  return record(record(address)['properties']) as Record<string, string>
}

/** `POST {callback}/{process}/provision` of the management API. */
export function takeControlPlaneCallback(transfer: DoubledTransfer, body: unknown): CallbackReply {
  const given = record(body)
  const edctype = given['edctype'] ?? 'dataspaceconnector:provisioner-callback-request'
  if (edctype !== 'dataspaceconnector:provisioner-callback-request')
    return { status: 400, document: 'Could not resolve type id' }
  const required = ['resourceDefinitionId', 'assetId', 'resourceName', 'apiKeyJwt']
  const missing = required.filter((name) => typeof given[name] !== 'string')
  const properties = propertiesOf(given['contentDataAddress'])
  if (missing.length > 0 || properties['type'] === undefined)
    return error(400, 'ValidationFailure', missing.join())
  if (!transfer.stored) {
    transfer.overwritten = true
    return { status: 204 }
  }
  if (!['PROVISIONING', 'PROVISIONING_REQUESTED', 'PROVISIONED'].includes(transfer.state))
    return error(409, 'ObjectConflict', `because it's ${transfer.state}`)
  if (given['resourceDefinitionId'] !== transfer.resourceId) return { status: 204 }
  transfer.taken += 1
  transfer.addresses.push(properties)
  transfer.state = 'PROVISIONED'
  return { status: 204 }
}

/** `POST {callback}/{flow}/{resource}/provision` of EDC's data plane. */
export function takeDataPlaneCallback(
  transfer: DoubledTransfer,
  resourceId: string,
  body: unknown,
): CallbackReply {
  if (!transfer.stored) {
    transfer.overwritten = true
    return { status: 204 }
  }
  if (resourceId !== transfer.resourceId) return { status: 204 }
  transfer.taken += 1
  if (transfer.taken > 1) {
    transfer.state = 'TERMINATED'
    transfer.errorDetail = 'Cannot transition from state STARTED to STARTING'
    return { status: 204 }
  }
  transfer.addresses.push(propertiesOf(record(body)['dataAddress']))
  return { status: 204 }
}
