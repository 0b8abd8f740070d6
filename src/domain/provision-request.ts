/** A provision request of an HTTP provisioner: what it told, and what has become of it. */
export interface ProvisionRequest {
  readonly id: string
  readonly controlPlaneId: string
  /** The provider's transfer process. */
  readonly processId: string
  /** The connector's id of what is provisioned; the same in repeats and in the deprovision request. */
  readonly resourceId: string
  readonly generation: ProvisionerGeneration
  /** Told by the control-plane generation alone. */
  readonly assetId: string | null
  readonly callbackAddress: string
  readonly state: ProvisionState
  /** Why the transfer process is terminated, for people; null: it is not. */
  readonly reason: string | null
  readonly flowId: string | null
  /** The right behind the tokens of its access document. */
  readonly grantId: string | null
  readonly receivedAt: Date
  /** When the last copy of the request was answered: nothing is told to the connector right after that. */
  readonly answeredAt: Date
  /** Look-ups in vain, or callbacks sent, in this state. */
  readonly tries: number
  /** When the content address was last sent; written before it is. */
  readonly callbackSentAt: Date | null
  /** When the connector answered that it took it. */
  readonly callbackAnsweredAt: Date | null
  /** When the connector was seen to use the content address: the callback is never sent again. */
  readonly callbackTakenAt: Date | null
  readonly endedAt: Date | null
}

/** `control-plane`: EDC 0.11-0.15, callbacks at the management API. `data-plane`: EDC 0.14-0.18. */
export type ProvisionerGeneration = 'control-plane' | 'data-plane'

/**
 * RECEIVED: answered, nothing made yet. PROVISIONED: its flow exists, and the callback is owed or was taken.
 * REFUSING: the transfer process is to be terminated by us, then REFUSED. DEPROVISIONING: its flow has ended, and the
 * callback that tells it is owed (data-plane generation), then DEPROVISIONED.
 */
export type ProvisionState =
  'RECEIVED' | 'PROVISIONED' | 'REFUSING' | 'REFUSED' | 'DEPROVISIONING' | 'DEPROVISIONED'

export const isFinalProvision = ({ state }: Pick<ProvisionRequest, 'state'>) =>
  state === 'REFUSED' || state === 'DEPROVISIONED'

/**
 * Which of the two a request is that says it (EDC from 0.11), or does not: then one that comes after the content address
 * was taken is the deprovision request.
 */
export function provisionKind(
  said: 'provision' | 'deprovision' | null,
  known: Pick<ProvisionRequest, 'callbackTakenAt' | 'callbackAnsweredAt'> | undefined,
): 'provision' | 'deprovision' {
  if (said !== null) return said
  if (known === undefined) return 'provision'
  return known.callbackTakenAt === null && known.callbackAnsweredAt === null
    ? 'provision'
    : 'deprovision'
}

/** How far the connector is with a transfer process that it asked to provision for. */
export type ProvisionProgress =
  /** It has not stored our answer yet: a callback now would be lost, or end the transfer. */
  | 'answering'
  /** It waits for the callback. */
  | 'waiting'
  /** It has a content address, and another one would be added to it. */
  | 'provisioned'
  /** It uses the content address. */
  | 'moved-on'
  /** It is over, or about to be. */
  | 'ended'

const early: Record<ProvisionerGeneration, readonly string[]> = {
  'control-plane': ['INITIAL', 'PROVISIONING'],
  'data-plane': ['INITIAL', 'PROVISIONING', 'PROVISIONING_REQUESTED', 'PROVISIONED', 'STARTING'],
}
const waiting: Record<ProvisionerGeneration, string> = {
  'control-plane': 'PROVISIONING_REQUESTED',
  'data-plane': 'STARTUP_REQUESTED',
}

/** Reads the state of a transfer process, by EDC's name. */
export function progressOf(generation: ProvisionerGeneration, state: string): ProvisionProgress {
  if (/^(?:TERMINAT|COMPLETED|DEPROVISION)/.test(state)) return 'ended'
  if (early[generation].includes(state)) return 'answering'
  if (state === waiting[generation]) return 'waiting'
  return state === 'PROVISIONED' ? 'provisioned' : 'moved-on'
}

export type ProvisionStep =
  | { readonly kind: 'send' }
  /** The connector has to do something first; or the time is not right. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'taken' }
  /** The transfer process wants nothing of us any more. */
  | { readonly kind: 'release' }

/**
 * What to do about the callback of a provisioned request, now that the connector's state was read. A callback that comes
 * too early is lost, and one too many starts the transfer twice or ends it: sent only while the connector waits for it; in
 * the data-plane generation never again once it was answered.
 */
export function decideProvisionStep(
  { generation, callbackSentAt, callbackAnsweredAt }: ProvisionRequest,
  progress: ProvisionProgress,
): ProvisionStep {
  switch (progress) {
    case 'ended':
      return { kind: 'release' }
    case 'answering':
      return { kind: 'wait' }
    case 'waiting': {
      const answered = generation === 'data-plane' && callbackAnsweredAt !== null
      return { kind: answered ? 'wait' : 'send' }
    }
    case 'provisioned':
    case 'moved-on':
      return { kind: callbackSentAt === null ? 'release' : 'taken' }
  }
}

/** Refusals of a callback that are believed after so many. */
const mostNotFound = 4

/** What the answer to a callback means (null: none came). Whether it is sent again is decided by what is read then. */
export function decideProvisionAnswer(
  status: number | null,
  tries: number,
): 'taken' | 'again' | 'refused' {
  if (status === null || status >= 500) return 'again'
  if (status >= 200 && status < 300) return 'taken'
  if (status === 404) return tries < mostNotFound ? 'again' : 'refused'
  const isRequestWrong = status >= 400 && ![401, 403, 408, 409, 425, 429].includes(status)
  return isRequestWrong ? 'refused' : 'again'
}
