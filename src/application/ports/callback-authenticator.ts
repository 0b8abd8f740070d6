import type { ControlPlane } from '../../domain/control-plane.ts'

/** Proves us to control planes. */
export interface CallbackAuthenticator {
  /** Headers of one request; asked again for each. Throws `FailureError` when they cannot be had now. */
  headers(
    controlPlane: ControlPlane,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>>>
}
