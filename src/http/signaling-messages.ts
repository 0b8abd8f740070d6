import type { FlowStatus } from '../application/flows/flow-answer.ts'
import type { OpeningMessage } from '../application/flows/opening-message.ts'
import { ProblemError } from '../domain/problem.ts'
import type { components } from '../generated/signaling.ts'

type Schemas = components['schemas']
type StatusMessage = Schemas['DataFlowStatusMessage']

/** `prepare` or `start` in either wire shape: `profile`, else `transferType`. */
export function openingMessage(
  body: Schemas['DataFlowPrepareMessage'] | Schemas['DataFlowStartMessage'],
): OpeningMessage {
  refuseDotSegment(body.processId)
  const metadata = body.metadata ?? {}
  const { workspace, input } = metadata
  return {
    messageId: body.messageId,
    processId: body.processId,
    agreementId: body.agreementId,
    datasetId: body.datasetId,
    counterPartyId: body.counterPartyId,
    participantId: body.participantId,
    transferType: body.profile ?? body.transferType ?? '',
    metadata,
    assetService: null,
    target: { workspace, input, pointer: '/metadata' },
    dataAddress: ('dataAddress' in body ? body.dataAddress : null) ?? null,
    callbackAddress: body.callbackAddress ?? null,
  }
}

/** Clients and proxies take such a segment out of a path (RFC 3986, 5.2.4): no later message could name the flow. */
export function refuseDotSegment(processId: string): void {
  if (processId !== '.' && processId !== '..') return
  const errors = [{ pointer: '/processId', code: 'pattern', detail: 'must not be . or ..' }]
  throw new ProblemError('invalid-request', 'No path can carry this processId.', { errors })
}

/** The id of a message after the first: none, null and the empty one are the same. */
export const givenMessageId = (
  body: { readonly messageId?: string | null } | null | undefined,
): string | undefined => body?.messageId || undefined

export function flowBody(status: FlowStatus): StatusMessage {
  const { dataAddress, ...rest } = status
  if (dataAddress === undefined) return rest
  const endpointProperties = dataAddress.endpointProperties.map((property) => ({ ...property }))
  return { ...rest, dataAddress: { ...dataAddress, endpointProperties } }
}

/** 200 with the state that was reached, or 202 where a callback follows. */
export function flowReply(status: FlowStatus) {
  const body = flowBody(status)
  if (!status.state.endsWith('ING')) return { status: 200, body } as const
  const location = `/signaling/v1/dataflows/${encodeURIComponent(status.dataFlowId)}/status`
  return { status: 202, body, headers: { location } } as const
}
