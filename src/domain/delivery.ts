import type { DataFlowState } from './data-flow.ts'

/** What a delivery carries. Consumers get events; control planes get signaling callbacks; receivers of a push get the access document. */
export type DeliveryKind = 'event' | 'flow-callback' | 'access-document'

export type DeliveryState = 'PENDING' | 'DELIVERED' | 'DEAD'

/** Why a delivery was given up. */
export type DeadReason =
  | 'schedule-exhausted'
  | 'deadline'
  | 'refused'
  | 'flow-moved-on'
  | 'flow-ended'
  | 'event-gone'
  | 'no-target'

export interface Delivery {
  readonly id: string
  readonly kind: DeliveryKind
  readonly workspaceId: string | null
  readonly subscriptionId: string | null
  readonly flowId: string | null
  /** For events: the sequence in the workspace's log. */
  readonly sequence: number | null
  readonly eventId: string | null
  readonly eventType: string | null
  /** For flow callbacks: prepared, started, completed, errored; terminate: to the management API. */
  readonly callback: string | null
  /** For `errored` and `terminate`: what the control plane is told. */
  readonly error: string | null
  /** For flow callbacks: what the flow was in when they became owed. */
  readonly flowState: DataFlowState | null
  readonly state: DeliveryState
  /** Why it is DEAD, as a code. */
  readonly reason: DeadReason | null
  readonly attempts: number
  readonly createdAt: Date
  /** Null: nothing is due; a pending one waits until its subscription is enabled again. */
  readonly nextAttemptAt: Date | null
  readonly endedAt: Date | null
}

export interface DeliveryAttempt {
  readonly deliveryId: string
  readonly number: number
  readonly at: Date
  readonly status: number | null
  readonly durationMs: number
  /** The first bytes of the answer, bounded; gone after seven days. */
  readonly response: string | null
  readonly error: string | null
}

export interface Subscription {
  readonly id: string
  readonly workspaceId: string
  readonly sealedUrl: string
  /** Origin only, for people and logs. */
  readonly urlOrigin: string
  readonly description: string | null
  readonly types: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly sealedSecret: string
  readonly sealedPreviousSecret: string | null
  readonly previousSecretUntil: Date | null
  readonly state: 'ACTIVE' | 'DISABLED'
  readonly disabledReason: string | null
  /** Of the first failure since the last success. */
  readonly failingSince: Date | null
  readonly lastDeliveredAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}
