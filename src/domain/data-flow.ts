import type { EndCause, StateReason } from './workspace.ts'
import type { ControlPlane, SignalingProtocol } from './control-plane.ts'

/** States of Data Plane Signaling 1.2 (INITIALIZED is never stored). */
export type DataFlowState =
  'PREPARING' | 'PREPARED' | 'STARTING' | 'STARTED' | 'SUSPENDED' | 'COMPLETED' | 'TERMINATED'

/** The signaling object of one transfer process. */
export interface DataFlow {
  readonly id: string
  readonly controlPlaneId: string
  readonly protocol: SignalingProtocol
  readonly processId: string
  /** `provider`: begun by `start`. `consumer`: begun by `prepare`. */
  readonly side: 'provider' | 'consumer'
  readonly direction: 'pull' | 'push'
  /** `profile` or `transferType` as it came; goes back as `endpointType`. */
  readonly transferType: string
  readonly agreementId: string
  readonly datasetId: string
  readonly counterPartyId: string
  /** Ourselves, as the opening message names us; the audience of client tokens. */
  readonly participantId: string
  /** Empty: its protocol's messages have none. */
  readonly openingMessageId: string
  readonly workspaceId: string
  readonly transferId: string | null
  readonly state: DataFlowState
  readonly stateReason: StateReason | null
  /** The address that came with the flow (push target, pull source), encrypted. */
  readonly sealedAddress: string | null
  /** True once our 202 was given: the callback is owed. */
  readonly asynchronous: boolean
  /** Own completion is due then (conformance), else null. */
  readonly completeAt: Date | null
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly endCause: EndCause | 'control-plane' | 'delivered' | 'deadline' | null
  readonly deadline: Date | null
  /** When its control plane's management API was last asked about it; null: never. */
  readonly checkedAt: Date | null
  /** Since when that API does not know it, and how often it said so in this time; null and 0: it does. */
  readonly absentSince: Date | null
  readonly absences: number
}

export const finalFlowStates: readonly DataFlowState[] = ['COMPLETED', 'TERMINATED']
export const isFinalFlow = (flow: { readonly state: DataFlowState }) =>
  finalFlowStates.includes(flow.state)

/** When the answer to the opening message is written: `start` is held for the control plane's `startDelayMs`. */
export function answeredAt(
  flow: Pick<DataFlow, 'side' | 'createdAt'>,
  controlPlane: Pick<ControlPlane, 'startDelayMs'>,
): Date {
  const heldMs = flow.side === 'provider' ? controlPlane.startDelayMs : 0
  return new Date(flow.createdAt.getTime() + heldMs)
}

/** In the older signaling only the callback of a prepared push carries its address: one in the answer is ignored (EDC). */
export const answersLater = (
  protocol: SignalingProtocol,
  { side, direction }: Pick<DataFlow, 'side' | 'direction'>,
): boolean => protocol === 'edc-signaling' && side === 'consumer' && direction === 'push'

/** How long EDC goes on repeating a `start` that it got no good answer to: six tries, of 30 s each when they hang. */
const openingRepeatedMs = 240_000

/**
 * What another `prepare` or `start` for an existing process is: the same message once more, the resume of its flow, or
 * refused. Messages without an id are told apart by the flow's state alone. A push that was delivered in no time still
 * answers those that its lost answer brings: a refusal would end the transfer.
 */
export function decideRepeat(
  flow: DataFlow,
  message: { readonly side: DataFlow['side']; readonly messageId: string | null },
  now: Date,
): 'same' | 'resume' | 'conflict' {
  if (flow.side !== message.side || flow.state === 'TERMINATED') return 'conflict'
  if (message.messageId !== null) {
    return flow.openingMessageId === message.messageId ? 'same' : 'conflict'
  }
  if (flow.state === 'SUSPENDED') return 'resume'
  if (flow.state !== 'COMPLETED') return 'same'
  const sinceMs = now.getTime() - flow.createdAt.getTime()
  const lostAnswer = flow.direction === 'push' && flow.endCause === 'delivered'
  return lostAnswer && sinceMs < openingRepeatedMs ? 'same' : 'conflict'
}

export type FlowMessage = 'started' | 'suspend' | 'resume' | 'terminate' | 'completed'

/** What a message does to a flow: the state it leads to, or that nothing changes, or a refusal. */
export type FlowDecision =
  | { readonly kind: 'change'; readonly to: DataFlowState }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'remember' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'conflict' }

const change = (to: DataFlowState): FlowDecision => ({ kind: 'change', to })
const unchanged: FlowDecision = { kind: 'unchanged' }
const conflict: FlowDecision = { kind: 'conflict' }

const decisions: Record<FlowMessage, Record<DataFlowState, FlowDecision>> = {
  started: {
    PREPARING: conflict,
    STARTING: conflict,
    PREPARED: change('STARTED'),
    STARTED: unchanged,
    SUSPENDED: conflict,
    COMPLETED: conflict,
    TERMINATED: conflict,
  },
  suspend: {
    PREPARING: conflict,
    STARTING: conflict,
    PREPARED: conflict,
    STARTED: change('SUSPENDED'),
    SUSPENDED: unchanged,
    COMPLETED: conflict,
    TERMINATED: conflict,
  },
  resume: {
    PREPARING: conflict,
    STARTING: conflict,
    PREPARED: conflict,
    STARTED: unchanged,
    SUSPENDED: change('STARTED'),
    COMPLETED: conflict,
    TERMINATED: conflict,
  },
  terminate: {
    PREPARING: change('TERMINATED'),
    STARTING: change('TERMINATED'),
    PREPARED: change('TERMINATED'),
    STARTED: change('TERMINATED'),
    SUSPENDED: change('TERMINATED'),
    COMPLETED: unchanged,
    TERMINATED: unchanged,
  },
  completed: {
    PREPARING: change('COMPLETED'),
    STARTING: change('COMPLETED'),
    PREPARED: change('COMPLETED'),
    STARTED: change('COMPLETED'),
    SUSPENDED: change('COMPLETED'),
    COMPLETED: unchanged,
    TERMINATED: unchanged,
  },
}

/**
 * What `message` does to a flow in `state` (undefined: no such flow).
 * `terminate` and `completed` never fail: a refused one leaves the other side hanging (EDC).
 */
export function decideFlowMessage(
  state: DataFlowState | undefined,
  message: FlowMessage,
): FlowDecision {
  if (state !== undefined) return decisions[message][state]
  if (message === 'terminate') return { kind: 'remember' }
  return message === 'completed' ? unchanged : { kind: 'unknown' }
}
