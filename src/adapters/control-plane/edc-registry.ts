import type { CallbackAuthenticator } from '../../application/ports/callback-authenticator.ts'
import type { DataPlaneRegistry } from '../../application/ports/data-plane-registry.ts'
import type { Outbound } from '../../application/ports/outbound.ts'
import type { SecretBox } from '../../application/ports/secrets.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataPlaneWish } from '../../domain/data-plane-registration.ts'
import { edcNamespace } from '../../domain/edc-address.ts'
import {
  askRegistry,
  done,
  failed,
  isTaken,
  managementHeaders,
  readEntries,
  refusal,
} from './registry-request.ts'

interface RegistryParts {
  readonly outbound: Outbound
  readonly authenticator: CallbackAuthenticator
  readonly secrets: SecretBox
}

const place = 'the control API'

/** Data planes at EDC's control API, which is also where callbacks go: EDC before 0.18. */
export function createEdcRegistry(parts: RegistryParts): DataPlaneRegistry {
  const { outbound, authenticator } = parts
  return {
    list: async (controlPlane, signal) => {
      const headers = () => authenticator.headers(controlPlane, signal)
      const url = addressOf(controlPlane)
      const answer = await askRegistry(outbound, { method: 'GET', url, headers }, signal)
      if ('kind' in answer) return answer
      const entries = isTaken(answer.status) ? readEntries(answer.body) : undefined
      if (entries !== undefined) return { kind: 'done', value: entries }
      const unlisted = answer.status === 404 || answer.status === 405
      if (unlisted && controlPlane.managementUrl !== null)
        return listByManagement(parts, controlPlane, signal)
      if (!isTaken(answer.status)) return refusal(place, answer.status)
      return failed(`the list of data planes of ${place} cannot be read`)
    },
    put: async (controlPlane, wish, signal) => {
      const headers = () => authenticator.headers(controlPlane, signal)
      const request = { method: 'POST', url: addressOf(controlPlane), headers } as const
      const answer = await askRegistry(outbound, { ...request, body: instanceOf(wish) }, signal)
      if ('kind' in answer) return answer
      return isTaken(answer.status) ? done : refusal(place, answer.status)
    },
    remove: async (controlPlane, id, signal) => {
      const headers = () => authenticator.headers(controlPlane, signal)
      const url = `${addressOf(controlPlane)}/${encodeURIComponent(id)}`
      const answer = await askRegistry(outbound, { method: 'DELETE', url, headers }, signal)
      if ('kind' in answer) return answer
      return isTaken(answer.status) || answer.status === 404 ? done : refusal(place, answer.status)
    },
  }
}

const addressOf = ({ callbackUrl }: ControlPlane) => `${callbackUrl ?? ''}/v1/dataplanes`

/** Where the control API does not list them, the management API does. */
async function listByManagement(
  { outbound, secrets }: RegistryParts,
  controlPlane: ControlPlane,
  signal: AbortSignal,
) {
  const headers = () => managementHeaders(secrets, controlPlane)
  const url = `${controlPlane.managementUrl ?? ''}/dataplanes`
  const answer = await askRegistry(outbound, { method: 'GET', url, headers }, signal)
  if ('kind' in answer) return answer
  if (!isTaken(answer.status)) return refusal('the management API', answer.status)
  const entries = readEntries(answer.body)
  return entries === undefined
    ? failed('the list of data planes of the management API cannot be read')
    : ({ kind: 'done', value: entries } as const)
}

const instanceOf = (wish: DataPlaneWish) => ({
  '@context': { '@vocab': edcNamespace },
  '@type': 'DataPlaneInstance',
  '@id': wish.id,
  url: wish.url,
  allowedSourceTypes: wish.sourceTypes,
  allowedTransferTypes: wish.transferTypes,
  destinationProvisionTypes: wish.destinationTypes,
})
