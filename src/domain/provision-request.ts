/** A provision request of an HTTP provisioner: what it told, and what has become of it. */
export interface ProvisionRequest {
  readonly id: string
  readonly controlPlaneId: string
  /** The provider's transfer process. */
  readonly processId: string
  /** The connector's id of what is provisioned; the same in repeats and in the deprovision request. */
  readonly resourceId: string
  /** `control-plane`: EDC 0.11-0.15, callbacks at the management API. `data-plane`: EDC 0.14-0.18. */
  readonly generation: 'control-plane' | 'data-plane'
  /** Told by the control-plane generation alone. */
  readonly assetId: string | null
  readonly callbackAddress: string
  /**
   * RECEIVED: answered, not yet worked at. PROVISIONED: its flow exists and the callback is owed or was taken.
   * REFUSED: the transfer process was terminated by us. DEPROVISIONED: its flow has ended, final.
   */
  readonly state: 'RECEIVED' | 'PROVISIONED' | 'REFUSED' | 'DEPROVISIONED'
  readonly flowId: string | null
  /** When the connector was seen to have taken the content address: the callback is never sent again. */
  readonly callbackTakenAt: Date | null
  readonly receivedAt: Date
  readonly endedAt: Date | null
}
