import { bounds } from '../../domain/bounds.ts'
import type { DataFlow } from '../../domain/data-flow.ts'
import { FailureError } from '../../domain/failure.ts'
import { accessDocumentWithTokens } from '../access/issue-access.ts'
import type { Application } from '../application.ts'
import type { PreparedRequest } from '../telling/attempt-delivery.ts'
import { pushTarget } from './start-data-flow.ts'

/** The access document for the receiver that the flow's address names, with tokens of the workspace's own grant. */
export async function composeAccessDocument(
  app: Application,
  flow: DataFlow,
): Promise<PreparedRequest> {
  const { workspaceId } = flow
  const workspace = await app.database.read.workspaces.get({ id: workspaceId })
  const grant = await app.database.read.grants.first({ workspaceId, flowId: null })
  const target = await openTarget(app, flow)
  if (workspace === undefined || grant === undefined || target === undefined) {
    throw new FailureError('internal', 'The push has no target or no grant.')
  }
  return {
    url: target.url,
    headers: { 'content-type': 'application/json', ...target.headers },
    body: JSON.stringify(accessDocumentWithTokens(app, workspace, flow.processId, grant)),
    trust: 'foreign',
    timeoutMs: bounds.telling.callbackMs,
  }
}

async function openTarget(app: Application, { id, sealedAddress }: DataFlow) {
  if (sealedAddress === null) return undefined
  const place = { table: 'flows', id, column: 'sealed_address' }
  return pushTarget(JSON.parse(await app.secrets.open(place, sealedAddress)))
}
