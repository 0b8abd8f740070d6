import type { Failure } from './failure.ts'

export type WorkspaceState =
  'PROVISIONING' | 'READY' | 'SUSPENDED' | 'CLOSING' | 'RETAINED' | 'DELETED' | 'FAILED'

export type EndCause =
  'agreement-ended' | 'expired' | 'consumer' | 'operator' | 'no-flow' | 'failed'

export type StateReasonCode =
  | 'inputs-missing'
  | 'concurrency-limit'
  | 'unschedulable'
  | 'kueue-quota'
  | 'image-pulling'
  | 'retry-backoff'
  | 'suspended'
  | 'no-flow'
  | 'service-paused'
  | 'sessions-expiring'
  | 'overdue'
  | 'store-unavailable'
  | 'cluster-unavailable'

/** Why a resource waits: what, since when, and until when at most. Times are ISO 8601. */
export interface StateReason {
  readonly code: StateReasonCode
  readonly message: string
  readonly since: string
  readonly until: string | null
}

/** What the store lets consumers' and agents' sessions do: as asked for, and as last proven. */
export type StoreAccess = 'open' | 'consumers-denied' | 'all-denied'

export interface WorkspaceLimits {
  readonly storageBytes: number
  readonly concurrentJobs: number
}

/** What the steps of closing have done so far; each is filled when it is proven. Times are ISO 8601. */
export interface ClosingRecord {
  readonly consumersCutAt?: string
  readonly cutBy?: 'bucket-policy' | 'expiry'
  readonly workEndedAt?: string
  readonly agentsCutAt?: string
  readonly sessionsGoneAt?: string
  readonly retainedUntil?: string
  readonly objectsDeleted?: number
  readonly bytesDeleted?: number
  readonly uploadsAborted?: number
  readonly bucketGoneAt?: string
}

/** What one agreement gets: a bucket, access, limits, jobs. */
export interface Workspace {
  readonly id: string
  readonly participantContextId: string
  readonly agreementId: string
  /** The consumer: the other participant of the agreement. */
  readonly participantId: string
  /** `data`: made for a third-party flow that names no workspace; it has no services. */
  readonly kind: 'compute' | 'data'
  /** Unique while the workspace can be joined; null from CLOSING on. */
  readonly openKey: string | null
  readonly bucket: string
  readonly state: WorkspaceState
  readonly stateReason: StateReason | null
  readonly failure: Failure | null
  readonly services: readonly string[]
  readonly limits: WorkspaceLimits
  readonly storageBytes: number
  readonly storageObjects: number
  readonly measuredAt: Date | null
  readonly createdAt: Date
  readonly readyAt: Date | null
  readonly expiresAt: Date
  readonly hadPullFlow: boolean
  readonly suspendedByOperator: boolean
  readonly lingerUntil: Date | null
  readonly endCause: EndCause | null
  readonly closingSince: Date | null
  readonly endedAt: Date | null
  readonly closing: ClosingRecord
  /** The latest moment at which a store session of this workspace can still be alive. */
  readonly credentialsUntil: Date | null
  readonly storeAccess: StoreAccess
  readonly lastSequence: number
  /** The last warning of `workspace.expiring` that was given, in hours before the end. */
  readonly expiringTold: number | null
}

export const openStates: readonly WorkspaceState[] = ['PROVISIONING', 'READY', 'SUSPENDED']

export function openKeyOf(participantContextId: string, kind: string, agreementId: string): string {
  return JSON.stringify([participantContextId, kind, agreementId])
}

export const isOpen = (workspace: Workspace) => openStates.includes(workspace.state)
export const hasEnded = (workspace: Workspace) => !isOpen(workspace)
