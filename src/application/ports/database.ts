import type { ComputeService, ComputeServiceVersion } from '../../domain/compute-service.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataFlow } from '../../domain/data-flow.ts'
import type { Delivery, DeliveryAttempt, Subscription } from '../../domain/delivery.ts'
import type { StoredEvent } from '../../domain/event.ts'
import type { Exchange } from '../../domain/exchange.ts'
import type { Grant } from '../../domain/grant.ts'
import type { Attempt, Job } from '../../domain/job.ts'
import type { ProvisionRequest } from '../../domain/provision-request.ts'
import type { TokenUse } from '../../domain/token-use.ts'
import type { Input, Transfer, TransferPart } from '../../domain/transfer.ts'
import type { Workspace } from '../../domain/workspace.ts'
import type { StateCounts } from './state-counts.ts'
import type { Sweeps } from './sweeps.ts'
import type { WorkQueue } from './work-queue.ts'

type Value = string | number | boolean | Date | null

/** A condition on one field: a value (equality; null: is null), or an operator; bounds may be given together. */
export type FieldCondition<T> =
  | (T extends Value ? T : never)
  | { readonly in: readonly T[] }
  | { readonly notIn: readonly T[] }
  | { readonly gt?: T; readonly gte?: T; readonly lt?: T; readonly lte?: T }
  | { readonly not: null }

export type Where<Row> = {
  readonly [Field in keyof Row]?: FieldCondition<NonNullable<Row[Field]>> | null
}

export interface Query<Row> {
  readonly where?: Where<Row>
  readonly orderBy?: keyof Row
  readonly descending?: boolean
  readonly limit?: number
}

/** One table. `key` names the primary key. */
export interface Table<Row, Key extends keyof Row> {
  get(key: Pick<Row, Key>): Promise<Row | undefined>
  /** Throws `UniqueViolation` when the row, or another unique value of it, is there already. */
  insert(row: Row): Promise<void>
  /** False when it was there already. */
  insertIfAbsent(row: Row): Promise<boolean>
  /** False when there is no such row. */
  update(key: Pick<Row, Key>, patch: Partial<Row>): Promise<boolean>
  /** How many rows were changed. */
  updateWhere(where: Where<Row>, patch: Partial<Row>): Promise<number>
  delete(key: Pick<Row, Key>): Promise<boolean>
  deleteWhere(where: Where<Row>): Promise<number>
  list(query: Query<Row>): Promise<readonly Row[]>
  first(where: Where<Row>): Promise<Row | undefined>
  count(where: Where<Row>): Promise<number>
}

/** A signaling message that was answered, so that its repeat gets the same answer. */
export interface FlowMessageRecord {
  readonly controlPlaneId: string
  readonly processId: string
  readonly messageId: string
  readonly operation: string
  readonly receivedAt: Date
}

/** A `terminate` for a process that never was: a later `start` of it is refused for an hour. */
export interface RememberedTermination {
  readonly controlPlaneId: string
  readonly processId: string
  readonly until: Date
}

/** The resource that an `Idempotency-Key` made. `scope` is a workspace or `management`. */
export interface IdempotencyRecord {
  readonly scope: string
  readonly key: string
  readonly operation: string
  readonly bodySha256: string
  readonly resourceId: string
  readonly createdAt: Date
}

/** The signed deletion report of a workspace, kept for a year. */
export interface ReportRecord {
  readonly workspaceId: string
  readonly agreementId: string
  readonly participantContextId: string
  readonly jws: string
  readonly createdAt: Date
  readonly until: Date
}

/** The note when an agreement ends for good: afterwards a new transfer process of it is refused. */
export interface EndedAgreement {
  readonly participantContextId: string
  readonly agreementId: string
  readonly endedAt: Date
}

export interface JobLabel {
  readonly jobId: string
  readonly workspaceId: string
  readonly name: string
  readonly value: string
}

/** Facts about the installation itself. */
export interface Setting {
  readonly name: string
  readonly value: string
}

/** All tables, as seen by one transaction or by plain reads. */
export interface Records {
  readonly settings: Table<Setting, 'name'>
  readonly controlPlanes: Table<ControlPlane, 'id'>
  readonly services: Table<ComputeService, 'id'>
  readonly serviceVersions: Table<ComputeServiceVersion, 'serviceId' | 'version'>
  readonly workspaces: Table<Workspace, 'id'>
  readonly flows: Table<DataFlow, 'id'>
  readonly flowMessages: Table<FlowMessageRecord, 'controlPlaneId' | 'processId' | 'messageId'>
  readonly rememberedTerminations: Table<RememberedTermination, 'controlPlaneId' | 'processId'>
  readonly tokenUses: Table<TokenUse, 'controlPlaneId' | 'tokenSha256'>
  readonly grants: Table<Grant, 'id'>
  readonly inputs: Table<Input, 'workspaceId' | 'name'>
  readonly transfers: Table<Transfer, 'id'>
  readonly transferParts: Table<TransferPart, 'transferId' | 'partNumber'>
  readonly jobs: Table<Job, 'id'>
  readonly jobLabels: Table<JobLabel, 'jobId' | 'name'>
  readonly attempts: Table<Attempt, 'jobId' | 'number'>
  readonly events: Table<StoredEvent, 'workspaceId' | 'sequence'>
  readonly subscriptions: Table<Subscription, 'id'>
  readonly deliveries: Table<Delivery, 'id'>
  readonly deliveryAttempts: Table<DeliveryAttempt, 'deliveryId' | 'number'>
  readonly idempotency: Table<IdempotencyRecord, 'scope' | 'key'>
  readonly reports: Table<ReportRecord, 'workspaceId'>
  readonly endedAgreements: Table<EndedAgreement, 'participantContextId' | 'agreementId'>
  readonly provisionRequests: Table<ProvisionRequest, 'id'>
  readonly exchanges: Table<Exchange, 'id'>
  readonly work: WorkQueue
}

/** The durable state. Nothing outside the database is awaited inside a transaction. */
export interface Database extends AsyncDisposable {
  readonly kind: 'sqlite' | 'postgresql'
  /** Plain reads, each its own snapshot. */
  readonly read: Records
  /** For gauges. */
  readonly counts: StateCounts
  /** For housekeeping. */
  readonly sweeps: Sweeps
  /**
   * Runs `change` in one durable transaction. `afterCommit` callbacks run once it is durable; none after a
   * roll-back. Throws what `change` throws, after rolling back.
   */
  transaction<T>(change: (tx: Transaction) => Promise<T>): Promise<T>
  /** Answers within `timeoutMs` or throws. */
  ping(timeoutMs: number): Promise<void>
}

export interface Transaction extends Records {
  afterCommit(callback: () => void): void
}

/** A unique value is taken. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation'
}
