import type { DataFlow } from '../../domain/data-flow.ts'
import type { Grant } from '../../domain/grant.ts'
import { newId } from '../../domain/ids.ts'
import type { Workspace } from '../../domain/workspace.ts'
import { secondsFrom, type Application } from '../application.ts'
import type { Transaction } from '../ports/database.ts'
import { deletionReportUrl } from '../representations/workspace.ts'

/** An access token with its renewal, as it is handed over. Nothing of it is stored. */
export interface AccessTokens {
  readonly accessToken: string
  readonly expiresAt: Date
  readonly expiresInSeconds: number
  readonly refreshToken: string
}

export async function insertGrant(
  app: Application,
  tx: Transaction,
  workspaceId: string,
  flowId: string | null,
): Promise<Grant> {
  const now = app.now()
  const id = newId('gr', now, app.randomBytes(10))
  const grant: Grant = { id, workspaceId, flowId, refreshUsed: -1, createdAt: now }
  await tx.grants.insert(grant)
  return grant
}

/** A fresh access token and the newest refresh token of a grant. */
export function issueTokens(app: Application, grant: Grant): AccessTokens {
  const expiresAt = secondsFrom(app.now(), app.settings.tokenSeconds)
  const salt = Buffer.from(app.randomBytes(9)).toString('base64url')
  return {
    accessToken: app.tokens.issue('access', { id: grant.id, number: expiresAt.getTime(), salt }),
    expiresAt,
    expiresInSeconds: app.settings.tokenSeconds,
    refreshToken: app.tokens.issue('refresh', {
      id: grant.id,
      number: grant.refreshUsed + 1,
      salt: '',
    }),
  }
}

/** The endpoint properties of a started pull (HTTP profile with token renewal). */
export async function accessProperties(
  app: Application,
  flow: DataFlow,
): Promise<Record<string, string>> {
  const grant = await app.database.read.grants.first({ flowId: flow.id })
  if (grant === undefined) throw new Error(`flow ${flow.id} has no grant`)
  const tokens = issueTokens(app, grant)
  return {
    authorization: tokens.accessToken,
    authType: 'bearer',
    expiresIn: String(tokens.expiresInSeconds),
    refreshEndpoint: `${app.settings.consumerUrl}/v1/token`,
    refreshToken: tokens.refreshToken,
    workspaceId: flow.workspaceId,
    openapi: `${app.settings.consumerUrl}/openapi.json`,
  }
}

/** The access document without its secrets, as `GET /v1` shows it. */
export function accessDocument(app: Application, workspace: Workspace, processId: string | null) {
  const { consumerUrl } = app.settings
  return {
    schema: 'dataspace-compute/access/1',
    workspaceId: workspace.id,
    agreementId: workspace.agreementId,
    processId,
    endpoint: `${consumerUrl}/v1`,
    authType: 'bearer',
    refreshEndpoint: `${consumerUrl}/v1/token`,
    services: workspace.services,
    workspaceExpiresAt: workspace.expiresAt.toISOString(),
    openapi: `${consumerUrl}/openapi.json`,
    docs: `${consumerUrl}/docs`,
    deletionReportUrl: deletionReportUrl(app, workspace.id),
  } as const
}

/** The access document with its secrets: the body of a push. */
export function accessDocumentWithTokens(
  app: Application,
  workspace: Workspace,
  processId: string,
  grant: Grant,
) {
  const tokens = issueTokens(app, grant)
  return {
    ...accessDocument(app, workspace, processId),
    authorization: tokens.accessToken,
    expiresAt: tokens.expiresAt.toISOString(),
    refreshToken: tokens.refreshToken,
  }
}
