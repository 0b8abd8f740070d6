/**
 * The right behind access tokens and refresh tokens: bound to one flow of a workspace, or to the workspace.
 * Whether it is live, paused or dead is read from flow and workspace at each request.
 */
export interface Grant {
  readonly id: string
  readonly workspaceId: string
  /** Null: bound to the workspace (pushed or provisioned access documents). */
  readonly flowId: string | null
  /** The newest refresh token that was used; its successor is the newest that was given out. */
  readonly refreshUsed: number
  readonly createdAt: Date
}

/**
 * Whether a refresh token of this generation still answers: the newest one, or the one before it as long as its
 * successor was not used (its answer may have been lost).
 */
export function refreshIsCurrent(grant: Grant, generation: number): boolean {
  return generation === grant.refreshUsed || generation === grant.refreshUsed + 1
}
