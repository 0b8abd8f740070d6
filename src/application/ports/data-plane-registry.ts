import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataPlaneEntry, DataPlaneWish } from '../../domain/data-plane-registration.ts'

/** What came of a request to a registry. The detail is for people, without secrets. */
export type Registered<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly detail: string }

/**
 * The data planes that a connector knows, by the address and credential of its control plane. Throws nothing for what the
 * connector answers; only a lost lease or shut-down (the signal) ends a call by an error.
 */
export interface DataPlaneRegistry {
  list(
    controlPlane: ControlPlane,
    signal: AbortSignal,
  ): Promise<Registered<readonly DataPlaneEntry[]>>
  /** Adds an entry, or replaces the one with the same id. */
  put(
    controlPlane: ControlPlane,
    wish: DataPlaneWish,
    signal: AbortSignal,
  ): Promise<Registered<null>>
  /** `done` also when there is none. */
  remove(controlPlane: ControlPlane, id: string, signal: AbortSignal): Promise<Registered<null>>
}
