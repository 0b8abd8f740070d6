import type { CallbackAuthenticator } from '../../application/ports/callback-authenticator.ts'
import type { DataPlaneRegistry } from '../../application/ports/data-plane-registry.ts'
import type { Outbound } from '../../application/ports/outbound.ts'
import type { SecretBox } from '../../application/ports/secrets.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import { createDpsRegistry } from './dps-registry.ts'
import { createEdcRegistry } from './edc-registry.ts'

/** The registry of each control plane, where its protocol has it. */
export function createDataPlaneRegistry(parts: {
  readonly outbound: Outbound
  readonly authenticator: CallbackAuthenticator
  readonly secrets: SecretBox
}): DataPlaneRegistry {
  const older = createEdcRegistry(parts)
  const newer = createDpsRegistry(parts)
  const of = ({ protocol }: ControlPlane) => (protocol === 'edc-signaling' ? older : newer)
  return {
    list: (controlPlane, signal) => of(controlPlane).list(controlPlane, signal),
    put: (controlPlane, wish, signal) => of(controlPlane).put(controlPlane, wish, signal),
    remove: (controlPlane, id, signal) => of(controlPlane).remove(controlPlane, id, signal),
  }
}
