import type { OwnConnectorEvent } from '../application/control-planes/receive-connector-event.ts'
import { isRecord } from '../domain/parameters-schema.ts'
import type { components } from '../generated/edc-signaling.ts'

const textIn = (value: unknown, field: string): string | null => {
  const held = isRecord(value) ? value[field] : undefined
  return typeof held === 'string' ? held : null
}

/** EDC's event envelope. What is not as EDC has it is not there: an event is never refused for its content. */
export function ownConnectorEvent(
  event: components['schemas']['ConnectorEvent'],
): OwnConnectorEvent {
  const payload = isRecord(event.payload) ? event.payload : {}
  return {
    type: textIn(event, 'type') ?? '',
    transferProcessId: textIn(payload, 'transferProcessId'),
    agreementId: textIn(payload['contractAgreement'], 'id'),
  }
}
