import { addressProperties } from '../../domain/data-address.ts'
import type { ControlPlane } from '../../domain/control-plane.ts'
import type { DataFlow } from '../../domain/data-flow.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Application } from '../application.ts'
import { enqueueAccessDocument } from './enqueue-callback.ts'
import { flowStatus, openedState, type FlowStatus } from './flow-answer.ts'
import { insertGrant } from '../access/issue-access.ts'
import { joinWorkspace } from '../workspaces/join-workspace.ts'
import { insertFlow, newFlowId, repeatedFlow } from './open-data-flow.ts'
import { offeredDirection, type OpeningMessage } from './opening-message.ts'
import type { Transaction } from '../ports/database.ts'
import { resolveServices } from './resolve-services.ts'
import { settleWorkspace } from '../workspaces/settle-workspace.ts'

/**
 * `start` (Data Plane Signaling 1.3): makes or joins the agreement's workspace and answers from the committed row.
 * A repeat of the same message gets the same state and endpoint, with fresh tokens.
 */
export async function startDataFlow(
  app: Application,
  controlPlane: ControlPlane,
  message: OpeningMessage,
): Promise<FlowStatus> {
  const direction = offeredDirection(message.transferType)
  checkAddress(app, direction, message.dataAddress)
  const id = newFlowId(app)
  const sealedAddress =
    direction === 'push'
      ? await app.secrets.seal(
          { table: 'flows', id, column: 'sealed_address' },
          JSON.stringify(message.dataAddress),
        )
      : null
  const flow = await app.database.transaction(async (tx) => {
    const repeated = await repeatedFlow(app, tx, controlPlane, message, 'provider')
    return repeated ?? openFlow(app, tx, controlPlane, message, { id, direction, sealedAddress })
  })
  return flowStatus(app, flow, openedState(flow), message.messageId ?? '')
}

/** A pull takes no address; a push needs one that can be used. */
function checkAddress(app: Application, direction: 'pull' | 'push', address: unknown): void {
  if (direction === 'pull') {
    if (address === null) return
    throw new ProblemError('invalid-request', 'A pull is started without a data address.')
  }
  const endpoint = pushTarget(address)?.url
  if (endpoint === undefined) {
    throw new ProblemError(
      'invalid-request',
      'A push is started with a data address that has an endpoint.',
    )
  }
  app.outbound.checkUrl(endpoint, 'foreign')
}

/** Where a push goes and the header that it wants. Undefined when the address names no endpoint. */
export function pushTarget(
  address: unknown,
): { readonly url: string; readonly headers: Readonly<Record<string, string>> } | undefined {
  const properties = addressProperties(address)
  const url = properties?.get('endpoint') ?? properties?.get('baseUrl')
  if (properties === undefined || url === undefined || !URL.canParse(url)) return undefined
  const key = properties.get('authKey') ?? 'Authorization'
  const code = properties.get('authCode') ?? properties.get('authorization')
  if (code === undefined) return { url, headers: {} }
  const bearer = properties.get('authType')?.toLowerCase() === 'bearer' && !/^bearer /i.test(code)
  return { url, headers: { [key]: bearer ? `Bearer ${code}` : code } }
}

async function openFlow(
  app: Application,
  tx: Transaction,
  controlPlane: ControlPlane,
  message: OpeningMessage,
  wish: Pick<DataFlow, 'id' | 'direction' | 'sealedAddress'>,
): Promise<DataFlow> {
  const services = await resolveServices(tx, message)
  const workspace = await joinWorkspace(app, tx, {
    participantContextId: controlPlane.participantContextId,
    agreementId: message.agreementId,
    participantId: message.counterPartyId,
    kind: 'compute',
    services,
    pull: wish.direction === 'pull',
  })
  const flow = await insertFlow(app, tx, controlPlane, message, {
    ...wish,
    side: 'provider',
    workspaceId: workspace.id,
    transferId: null,
  })
  await insertGrant(app, tx, workspace.id, wish.direction === 'pull' ? flow.id : null)
  if (wish.direction === 'push' && flow.state === 'STARTED')
    await enqueueAccessDocument(app, tx, flow)
  await settleWorkspace(app, tx, workspace.id)
  return flow
}
