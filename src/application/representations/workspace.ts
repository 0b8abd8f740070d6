import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'

export const isoOrNull = (time: Date | null) => time?.toISOString() ?? null

export const deletionReportUrl = (app: Application, workspaceId: string) =>
  `${app.settings.consumerUrl}/reports/v1/${app.tokens.issue('report', { id: workspaceId, number: 0, salt: '' })}`

/** A workspace as its events show it. */
export function workspaceSummary(app: Application, workspace: Workspace) {
  return {
    id: workspace.id,
    state: workspace.state,
    stateReason: workspace.stateReason,
    failure: workspace.failure,
    agreementId: workspace.agreementId,
    participantId: workspace.participantId,
    createdAt: workspace.createdAt.toISOString(),
    expiresAt: workspace.expiresAt.toISOString(),
    endedAt: isoOrNull(workspace.endedAt),
    endCause: workspace.endCause,
    retentionSeconds: app.settings.retentionSeconds,
    deletionReportUrl: deletionReportUrl(app, workspace.id),
  }
}

/** A workspace as `GET /v1/workspace` shows it. */
export function workspaceRepresentation(
  app: Application,
  workspace: Workspace,
  services: readonly { readonly id: string; readonly version: number }[],
  runningJobs: number,
) {
  return {
    ...workspaceSummary(app, workspace),
    services: services.map(({ id, version }) => ({ id, version })),
    store: {
      endpoint: app.store.publicEndpoint,
      region: app.store.region,
      bucket: workspace.bucket,
      forcePathStyle: app.store.forcePathStyle,
      sessions: true,
    },
    limits: workspace.limits,
    use: {
      storageBytes: workspace.storageBytes,
      objects: workspace.storageObjects,
      runningJobs,
      asOf: isoOrNull(workspace.measuredAt),
    },
  }
}
