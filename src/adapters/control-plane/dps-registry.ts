import type { DataPlaneRegistry } from '../../application/ports/data-plane-registry.ts'
import type { Outbound } from '../../application/ports/outbound.ts'
import type { SecretBox } from '../../application/ports/secrets.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import {
  askRegistry,
  done,
  failed,
  isTaken,
  managementHeaders,
  readEntries,
  refusal,
  type RegistryRequest,
} from './registry-request.ts'

const place = 'the management API'

/** Data planes at the management API of EDC from 0.17 on, by plain JSON. */
export function createDpsRegistry({
  outbound,
  secrets,
}: {
  readonly outbound: Outbound
  readonly secrets: SecretBox
}): DataPlaneRegistry {
  const ask = (
    controlPlane: ControlPlane,
    path: string,
    request: Pick<RegistryRequest, 'method' | 'body'>,
    signal: AbortSignal,
  ) => {
    const headers = () => managementHeaders(secrets, controlPlane)
    const url = `${controlPlane.managementUrl ?? ''}/dataplanes${path}`
    return askRegistry(outbound, { ...request, url, headers }, signal)
  }
  return {
    list: async (controlPlane, signal) => {
      const answer = await ask(controlPlane, '', { method: 'GET' }, signal)
      if ('kind' in answer) return answer
      if (!isTaken(answer.status)) return refusal(place, answer.status)
      const entries = readEntries(answer.body)
      return entries === undefined
        ? failed(`the list of data planes of ${place} cannot be read`)
        : { kind: 'done', value: entries }
    },
    put: async (controlPlane, wish, signal) => {
      // EDC reads `transferTypes`; with `profiles` alone it registers no type.
      const body = {
        dataplaneId: wish.id,
        endpoint: wish.url,
        transferTypes: wish.transferTypes,
        labels: [],
      }
      const answer = await ask(controlPlane, '', { method: 'PUT', body }, signal)
      if ('kind' in answer) return answer
      return isTaken(answer.status) ? done : refusal(place, answer.status)
    },
    remove: async (controlPlane, id, signal) => {
      const path = `/${encodeURIComponent(id)}`
      const answer = await ask(controlPlane, path, { method: 'DELETE' }, signal)
      if ('kind' in answer) return answer
      return isTaken(answer.status) || answer.status === 404 ? done : refusal(place, answer.status)
    },
  }
}
