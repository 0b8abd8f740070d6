import type { Workspace } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'

/** What the signed deletion report says: when and how access was cut, when the last credential ended, what was removed. */
export function deletionReport(app: Application, workspace: Workspace) {
  const { closing } = workspace
  return {
    schema: 'dataspace-compute/deletion-report/1',
    workspaceId: workspace.id,
    agreementId: workspace.agreementId,
    participantId: workspace.participantId,
    installationId: app.settings.installationId,
    bucket: workspace.bucket,
    endCause: workspace.endCause,
    createdAt: workspace.createdAt.toISOString(),
    closingSince: workspace.closingSince?.toISOString() ?? null,
    accessCut: { at: closing.consumersCutAt ?? null, by: closing.cutBy ?? null },
    agentsCutAt: closing.agentsCutAt ?? null,
    workEndedAt: closing.workEndedAt ?? null,
    lastCredentialExpiresAt: workspace.credentialsUntil?.toISOString() ?? null,
    retainedUntil: closing.retainedUntil ?? null,
    objectsDeleted: closing.objectsDeleted ?? 0,
    bytesDeleted: closing.bytesDeleted ?? 0,
    uploadsAborted: closing.uploadsAborted ?? 0,
    bucketGoneAt: closing.bucketGoneAt ?? null,
    deletedAt: workspace.endedAt?.toISOString() ?? null,
  } as const
}
