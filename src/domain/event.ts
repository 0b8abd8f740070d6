/** One entry of a workspace's event log: gapless by `sequence`. */
export interface StoredEvent {
  readonly workspaceId: string
  readonly sequence: number
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly at: Date
  readonly data: Readonly<Record<string, unknown>>
}

/** CloudEvents 1.0, structured JSON, with the `sequence` extension. */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly sequence: string
  readonly data: Readonly<Record<string, unknown>>
}

export function cloudEvent(event: StoredEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source: `/workspaces/${event.workspaceId}`,
    type: event.type,
    subject: event.subject,
    time: event.at.toISOString(),
    datacontenttype: 'application/json',
    sequence: sequenceText(event.sequence),
    data: event.data,
  }
}

/** Twenty digits, so that sequences sort as text (CloudEvents sequence extension). */
export const sequenceText = (sequence: number) => String(sequence).padStart(20, '0')

/** `job.waiting-for-inputs` from the state `WAITING_FOR_INPUTS`. */
export const eventType = (subject: string, state: string) =>
  `${subject}.${state.toLowerCase().replaceAll('_', '-')}`
