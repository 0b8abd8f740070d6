import { bounds } from '../../domain/bounds.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataFlow } from '../../domain/data-flow.ts'
import type { Delivery } from '../../domain/delivery.ts'
import { FailureError } from '../../domain/failure.ts'
import { callbackState, type FlowCallback } from '../../domain/flow-callback.ts'
import type { Application } from '../application.ts'
import { flowStatus } from './flow-answer.ts'
import { accessDocumentWithTokens } from '../access/issue-access.ts'
import type { CallbackAuthenticator } from '../ports/callback-authenticator.ts'
import type { OutboundRequest } from '../ports/outbound.ts'
import { pushTarget } from './start-data-flow.ts'

type PreparedRequest = Omit<OutboundRequest, 'method' | 'maxResponseBytes'>

/**
 * A callback of Data Plane Signaling 1.4. Addresses and secrets are made when it is sent; its `messageId` is its own for
 * each try, and the same when a try is repeated after a crash.
 */
export async function composeCallback(
  app: Application,
  authenticator: CallbackAuthenticator,
  message: {
    readonly delivery: Delivery
    readonly flow: DataFlow
    readonly controlPlane: ControlPlane
    readonly callbackUrl: string
    readonly callback: FlowCallback
  },
  signal: AbortSignal,
): Promise<PreparedRequest> {
  const { delivery, flow, controlPlane, callbackUrl, callback } = message
  const messageId = messageIdOf(app, delivery)
  const status = await flowStatus(app, flow, callbackState[callback], messageId)
  const body = delivery.error === null ? status : { ...status, error: delivery.error }
  const process = encodeURIComponent(flow.processId)
  return {
    url: `${callbackUrl}/transfers/${process}/dataflow/${callback}`,
    headers: {
      'content-type': 'application/json',
      ...(await authenticator.headers(controlPlane, signal)),
    },
    body: JSON.stringify(body),
    trust: 'operator',
    timeoutMs: bounds.telling.callbackMs,
  }
}

/** A UUID (version 8: made of a digest) of this try. */
function messageIdOf(app: Application, { id, attempts }: Delivery): string {
  const digest = app.sha256Hex(`${id}/${attempts + 1}`)
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`]
  return [...parts, `a${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-')
}

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
