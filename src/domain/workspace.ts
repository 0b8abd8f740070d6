import type { Failure } from './failure.ts'

export type WorkspaceState =
  'PROVISIONING' | 'READY' | 'SUSPENDED' | 'CLOSING' | 'RETAINED' | 'DELETED' | 'FAILED'

export type EndCause =
  'agreement-ended' | 'expired' | 'consumer' | 'operator' | 'no-flow' | 'failed'

/** Every reason for waiting, with what it says. Documented in docs/codes.md. */
export const stateReasonCatalogue = {
  'inputs-missing': 'A required input is not there yet.',
  'concurrency-limit': 'As many jobs of the workspace run as its services allow.',
  unschedulable: 'The cluster has no place for the pod.',
  'kueue-quota': 'The queue of the cluster has no quota left.',
  'image-pulling': 'The image of the worker is being pulled.',
  'retry-backoff': 'A try has failed; the next one follows.',
  suspended: 'The data flow or the workspace is suspended.',
  'no-flow': 'No data flow of the agreement is left; a new one takes the workspace up again.',
  'service-paused': 'The operator has paused the compute service.',
  'sessions-expiring': 'The store cannot end living sessions: their expiry is waited for.',
  overdue: 'Closing takes longer than it should; it goes on.',
  'store-unavailable': 'The object store does not answer.',
  'cluster-unavailable': 'The cluster does not answer.',
} as const satisfies Record<string, string>

export type StateReasonCode = keyof typeof stateReasonCatalogue

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
  /** The operator lets the consumer read what is retained. */
  readonly reopenedAt?: string
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
  /** When the agreement ends by its own policy, as far as the connector told; null: not known. */
  readonly agreementEndsAt: Date | null
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

/** The time, or the known end if that comes first. */
export const earlier = (time: Date, end: Date | null) => (end !== null && end < time ? end : time)

/** By its own policy, as far as that is known. */
export const agreementHasEnded = ({ agreementEndsAt }: Workspace, now: Date) =>
  agreementEndsAt !== null && agreementEndsAt <= now

/** Retained, and reopened for reading until its data are deleted. */
export const isReadable = ({ state, closing }: Workspace) =>
  state === 'RETAINED' && closing.reopenedAt !== undefined
