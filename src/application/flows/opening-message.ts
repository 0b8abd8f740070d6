import { directionOf, offeredTransferTypes } from '../../domain/data-address.ts'
import { ProblemError } from '../../domain/problem.ts'

/** `prepare` or `start` of any signaling protocol, as the use cases take it. */
export interface OpeningMessage {
  readonly messageId: string
  readonly processId: string
  readonly agreementId: string
  readonly datasetId: string
  readonly counterPartyId: string
  readonly participantId: string
  /** `profile`, else `transferType`. */
  readonly transferType: string
  readonly metadata: Readonly<Record<string, unknown>>
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
