import type { FlowStatus } from '../application/flows/flow-answer.ts'
import type { OpeningMessage } from '../application/flows/opening-message.ts'
import type { ControlPlane } from '../domain/control-plane.ts'
import { addressProperties } from '../domain/data-address.ts'
import { edcAddress, edcContext } from '../domain/edc-address.ts'
import { localName, nodeOf, scalarText, termOf, typesOf } from '../domain/json-ld.ts'
import { ProblemError, type ProblemPart } from '../domain/problem.ts'
import type { components } from '../generated/edc-signaling.ts'
import { refuseDotSegment } from './signaling-messages.ts'

type Message = components['schemas']['DataFlowMessage']
type ResponseMessage = components['schemas']['DataFlowResponseMessage']

/** What a message must name, under whatever namespace. */
const requiredTerms = ['processId', 'agreementId', 'datasetId', 'participantId'] as const
type RequiredTerm = (typeof requiredTerms)[number]

const longestText = 512

/** Up to EDC 0.14 start and prepare come to one path and differ by their type. */
export const isProvisionMessage = (message: Message): boolean =>
  typesOf(message).includes('DataFlowProvisionMessage')

/**
 * `start` of the older signaling. It has no `messageId`; `participantId` is the consumer; the asset's data address may name
 * the compute service. A pull's destination, which older connectors send, is of no use. Throws `invalid-request`.
 */
export function startMessage(message: Message, controlPlane: ControlPlane): OpeningMessage {
  const direction = flowTypeOf(message)
  const destination = nodeOf(termOf(message, 'destinationDataAddress')) ?? null
  return {
    ...openingFields(message, controlPlane, direction),
    dataAddress: direction === 'PUSH' ? destination : null,
    assetService: assetServiceOf(message),
    target: { workspace: undefined, input: undefined, pointer: '' },
  }
}

/**
 * `prepare`: the consumer side of a push, whose destination names workspace and input. A pull has nothing to prepare here:
 * its address comes to nobody but the connector's event listeners. Throws `invalid-request`.
 */
export function prepareMessage(message: Message, controlPlane: ControlPlane): OpeningMessage {
  const direction = flowTypeOf(message)
  if (direction === 'PULL') {
    throw new ProblemError('invalid-request', 'A pull into a workspace is not prepared.', {
      errors: [{ pointer: '/flowType', code: 'enum', detail: 'must be PUSH' }],
      nextStep:
        'Leave the destination out, and give the transfer the `callbackAddress` of an expectation.',
    })
  }
  const destination = addressProperties(nodeOf(termOf(message, 'destination')))
  return {
    ...openingFields(message, controlPlane, direction),
    dataAddress: null,
    assetService: null,
    target: {
      workspace: destination?.get('workspace'),
      input: destination?.get('input'),
      pointer: '/destination',
    },
  }
}

type OpeningFields = Omit<OpeningMessage, 'dataAddress' | 'assetService' | 'target'>

function openingFields(
  message: Message,
  controlPlane: ControlPlane,
  flowType: string,
): OpeningFields {
  const { processId, agreementId, datasetId, participantId } = requiredTexts(message)
  refuseDotSegment(processId)
  const destination = scalarText(termOf(message, 'transferTypeDestination')) ?? 'HttpData'
  const channel = scalarText(termOf(message, 'responseChannel'))
  return {
    messageId: null,
    processId,
    agreementId,
    datasetId,
    // The provider of third-party data is not named: there, too, it is the consumer.
    counterPartyId: participantId,
    participantId: controlPlane.participantContextId,
    transferType: [destination, flowType, ...(channel === undefined ? [] : [channel])].join('-'),
    metadata: {},
    callbackAddress: scalarText(termOf(message, 'callbackAddress')) ?? null,
  }
}

function requiredTexts(message: Message): Readonly<Record<RequiredTerm, string>> {
  const errors: ProblemPart[] = []
  const texts = requiredTerms.map((term) => {
    const text = scalarText(termOf(message, term)) ?? ''
    const pointer = `/${term}`
    if (text === '') errors.push({ pointer, code: 'required', detail: 'is missing' })
    if (text.length > longestText) {
      const detail = `must have at most ${longestText} characters`
      errors.push({ pointer, code: 'maxLength', detail })
    }
    return [term, text] as const
  })
  if (errors.length > 0) throw invalidMessage(errors)
  return Object.fromEntries(texts) as Record<RequiredTerm, string>
}

function flowTypeOf(message: Message): 'PULL' | 'PUSH' {
  const flowType = localName(scalarText(termOf(message, 'flowType')) ?? '').toUpperCase()
  if (flowType === 'PULL' || flowType === 'PUSH') return flowType
  throw invalidMessage([{ pointer: '/flowType', code: 'enum', detail: 'must be PULL or PUSH' }])
}

const invalidMessage = (errors: readonly ProblemPart[]) =>
  new ProblemError('invalid-request', 'The message is not complete.', { errors })

/** The service of an asset's `{type: ComputeService, service}`; addresses of other types say nothing about services. */
function assetServiceOf(message: Message): string | null {
  const properties = addressProperties(nodeOf(termOf(message, 'sourceDataAddress')))
  const type = properties?.get('type') ?? properties?.get('endpointType')
  if (type !== 'ComputeService') return null
  return properties?.get('service')?.trim() || null
}

/** The answer to `start` and `prepare`: the address of a started pull; `provisioning` where a callback brings it. */
export function openingReply(
  { state, dataAddress }: FlowStatus,
  { participantContextId }: ControlPlane,
) {
  const body: ResponseMessage = {
    '@context': edcContext,
    '@type': 'DataFlowResponseMessage',
    provisioning: state === 'PREPARING',
    ...(dataAddress === undefined
      ? {}
      : { dataAddress: edcAddress(dataAddress, participantContextId) }),
  }
  return { status: 200, body } as const
}
