import { directionOf, offeredTransferTypes } from '../../domain/data-address.ts'
import { ProblemError } from '../../domain/problem.ts'

/** What `prepare` names of its target, not checked yet. */
export interface FlowTarget {
  readonly workspace: unknown
  readonly input: unknown
  /** JSON pointer of the place where they stand. */
  readonly pointer: string
}

/** `prepare` or `start` of any signaling protocol, as the use cases take it. */
export interface OpeningMessage {
  /** Null: the protocol has none, and a repeat is known by its process alone. */
  readonly messageId: string | null
  readonly processId: string
  readonly agreementId: string
  readonly datasetId: string
  readonly counterPartyId: string
  readonly participantId: string
  /** `profile`, else `transferType`. */
  readonly transferType: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** The compute service that the asset's data address names; null: none. */
  readonly assetService: string | null
  /** Where third-party data are to go, as it was named. */
  readonly target: FlowTarget
  /** As it came; null when there was none. */
  readonly dataAddress: unknown
  readonly callbackAddress: string | null
}

/** The direction of an offered transfer type. Throws `transfer-type-unknown`. */
export function offeredDirection(transferType: string): 'pull' | 'push' {
  const direction = offeredTransferTypes.includes(transferType)
    ? directionOf(transferType)
    : undefined
  if (direction !== undefined) return direction
  throw new ProblemError(
    'transfer-type-unknown',
    `The transfer type ${JSON.stringify(transferType.slice(0, 200))} is not offered.`,
    { nextStep: `Use one of ${offeredTransferTypes.join(', ')}.` },
  )
}
