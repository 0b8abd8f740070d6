import type { ControlPlane } from '../../domain/control-plane.ts'

/** What a question to a connector's management API came to. Only `absent` says that there is no such thing. */
export type Looked<T> =
  | { readonly kind: 'found'; readonly value: T }
  /** 404, said by the connector itself: a wrong address or a proxy makes it `unknown`. */
  | { readonly kind: 'absent' }
  /** No answer, 401, 5xx, or one that cannot be read: nothing follows from it. The detail is for people. */
  | { readonly kind: 'unknown'; readonly detail: string }

/** A transfer process as the connector has it. */
export interface TransferProcess {
  readonly id: string
  /** EDC's name: STARTED, SUSPENDED, COMPLETED, TERMINATED, DEPROVISIONED … */
  readonly state: string
  /** The agreement by this connector's own id. */
  readonly agreementId: string | null
  readonly errorDetail: string | null
}

/** A contract agreement as the connector has it. */
export interface Agreement {
  readonly id: string
  readonly consumerId: string
  readonly providerId: string
  readonly assetId: string
  /** When its policy (`inForceDate`) ends it; null: no end that can be read from it. */
  readonly endsAt: Date | null
}

/**
 * The management API of a connector (EDC v3 and v4), by the address and key of its control plane. Throws nothing for
 * what the connector answers; only a lost lease or shut-down (the signal) ends a call by an error.
 */
export interface ConnectorManagement {
  transferProcess(
    controlPlane: ControlPlane,
    processId: string,
    signal: AbortSignal,
  ): Promise<Looked<TransferProcess>>
  agreement(
    controlPlane: ControlPlane,
    agreementId: string,
    signal: AbortSignal,
  ): Promise<Looked<Agreement>>
  /** Ends a transfer process. `found`: taken, or it had ended. */
  terminate(
    controlPlane: ControlPlane,
    processId: string,
    reason: string,
    signal: AbortSignal,
  ): Promise<Looked<null>>
}
