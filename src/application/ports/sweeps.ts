/**
 * Removal of what has had its time. Each call removes at most `limit` rows in one statement and tells how many; run
 * again it finds the rest.
 */
export interface Sweeps {
  /** Events of workspaces that ended before `before`. */
  events(before: Date, limit: number): Promise<number>
  /** The captured answers of delivery attempts from before `before`; the attempts stay. */
  responses(before: Date, limit: number): Promise<number>
  /** Noted messages with control planes from before `before`. */
  exchanges(before: Date, limit: number): Promise<number>
  /** Signaling messages from before `before` whose flow ended before then, or never was. */
  flowMessages(before: Date, limit: number): Promise<number>
  /** Idempotency keys from before `before`, of a job or transfer once that has ended before then. */
  idempotencyKeys(before: Date, limit: number): Promise<number>
  /** Terminations whose time is over. */
  rememberedTerminations(now: Date, limit: number): Promise<number>
  /** Uses of tokens that have expired. */
  tokenUses(now: Date, limit: number): Promise<number>
  /** Deletion reports whose time is over. */
  reports(now: Date, limit: number): Promise<number>
  /** Provision requests that ended before `before`. */
  provisionRequests(before: Date, limit: number): Promise<number>
  /** Everything of a workspace but its report and the note that its agreement ended, in one transaction. */
  workspace(workspaceId: string): Promise<void>
}
