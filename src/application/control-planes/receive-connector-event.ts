import type { ControlPlane } from '../../domain/control-plane.ts'
import { isFinalFlow } from '../../domain/data-flow.ts'
import { ProblemError } from '../../domain/problem.ts'
import { openKeyOf } from '../../domain/workspace.ts'
import type { Application } from '../application.ts'
import { endFlowAsBy } from '../flows/change-flow.ts'
import { controlPlaneOfEvents } from './events-url.ts'

/** An event of one of our own connectors, as EDC posts it. */
export interface OwnConnectorEvent {
  /** `TransferProcessCompleted`, `ContractNegotiationFinalized` … */
  readonly type: string
  readonly transferProcessId: string | null
  /** The connector's own id of the agreement that a negotiation came to. */
  readonly agreementId: string | null
}

/** About an end or a pause, done or on its way; what begins has its message. */
const ofInterest = /^TransferProcess(?:Complet|Terminat|Deprovision|Suspend)/

/** How a transfer process has ended, by the event that tells it. */
const ends: Readonly<Record<string, 'completed' | 'terminate'>> = {
  TransferProcessCompleted: 'completed',
  TransferProcessDeprovisioned: 'completed',
  TransferProcessTerminated: 'terminate',
}

/**
 * A hint of a connector about its own flows: anybody may repeat it, and it may be forged or late. Where the management
 * API can be asked, an event about a flow makes that due at once, and one about a negotiation the look at its agreement.
 * Where it cannot, the end of a transfer process ends its flow. Nothing else has an effect. Throws `not-found` for a
 * token that is none of ours.
 */
export async function receiveConnectorEvent(
  app: Application,
  token: string,
  event: OwnConnectorEvent,
): Promise<void> {
  const controlPlane = await controlPlaneOfEvents(app, token)
  if (controlPlane === undefined)
    throw new ProblemError('not-found', 'There is no such address for events.')
  const { transferProcessId, agreementId } = event
  if (ofInterest.test(event.type) && transferProcessId !== null)
    await hearOfProcess(app, controlPlane, event.type, transferProcessId)
  else if (event.type.startsWith('ContractNegotiation') && agreementId !== null)
    await hearOfAgreement(app, controlPlane, agreementId)
}

async function hearOfProcess(
  app: Application,
  { id: controlPlaneId, managementUrl }: ControlPlane,
  type: string,
  processId: string,
): Promise<void> {
  const key = { controlPlaneId, processId }
  const known = await app.database.read.flows.first(key)
  if (known === undefined || isFinalFlow(known)) return
  const end = Object.hasOwn(ends, type) ? ends[type] : undefined
  if (managementUrl === null && end === undefined) return
  await app.database.transaction(async (tx) => {
    if (managementUrl !== null) {
      await tx.work.schedule('check', known.id, app.now())
      return
    }
    const flow = await tx.flows.first(key)
    if (flow !== undefined && end !== undefined) await endFlowAsBy(app, tx, flow, end)
  })
}

/** The flows of the agreement's workspace at this control plane are looked at as if they were new. */
async function hearOfAgreement(
  app: Application,
  { id: controlPlaneId, managementUrl, participantContextId }: ControlPlane,
  agreementId: string,
): Promise<void> {
  if (managementUrl === null) return
  const openKey = openKeyOf(participantContextId, 'compute', agreementId)
  const workspace = await app.database.read.workspaces.first({ openKey })
  if (workspace === undefined) return
  await app.database.transaction(async (tx) => {
    const where = { workspaceId: workspace.id, controlPlaneId, side: 'provider' } as const
    for (const flow of await tx.flows.list({ where })) {
      if (isFinalFlow(flow)) continue
      await tx.flows.update({ id: flow.id }, { checkedAt: null })
      await tx.work.schedule('check', flow.id, app.now())
    }
  })
}
