import { isFinalFlow } from '../../domain/data-flow.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { ContentAddress } from '../../domain/provision-callback.ts'
import { isOpen } from '../../domain/workspace.ts'
import { accessDocumentWithTokens } from '../access/issue-access.ts'
import type { Application } from '../application.ts'

const claimsOf = (flowId: string) => ({ id: flowId, number: 0, salt: '' })

/** Where the access document of a provisioned flow is read, and what opens it. A secret. */
export const contentAddress = (app: Application, flowId: string): ContentAddress => ({
  url: `${app.settings.connectorUrl}/provisioner/v1/access/${flowId}`,
  authorization: `Bearer ${app.tokens.issue('content', claimsOf(flowId))}`,
})

/**
 * The access document of a provisioned flow, with tokens of its workspace: as often as it is asked for, until the flow
 * ends. Whoever reads it proves that the connector has taken its address. Throws `not-found`, `workspace-ended`.
 */
export async function showContent(app: Application, flowId: string) {
  const { read } = app.database
  const request = await read.provisionRequests.first({ flowId })
  const flow = await read.flows.get({ id: flowId })
  if (request === undefined || flow === undefined || isFinalFlow(flow))
    throw new ProblemError('not-found', 'The data flow of this document has ended.')
  const workspace = await read.workspaces.get({ id: flow.workspaceId })
  const grant = await read.grants.get({ id: request.grantId ?? '' })
  if (workspace === undefined || grant === undefined || !isOpen(workspace))
    throw new ProblemError('workspace-ended', 'The workspace has ended.')
  if (request.callbackTakenAt === null) await noteRead(app, request.id)
  return accessDocumentWithTokens(app, workspace, flow.processId, grant)
}

async function noteRead(app: Application, id: string): Promise<void> {
  await app.database.transaction(async (tx) => {
    await tx.provisionRequests.updateWhere(
      { id, callbackTakenAt: null },
      { callbackTakenAt: app.now() },
    )
    await tx.work.schedule('provision', id, app.now())
  })
}
