import { readFileSync } from 'node:fs'

/** Messages between a connector's control plane and a data plane, as they were seen on the wire. */
export interface Recording {
  readonly connector: string
  readonly messages: readonly RecordedMessage[]
  readonly callbacks: readonly RecordedCallback[]
}

/** What the control plane sent. */
export interface RecordedMessage {
  readonly side: 'consumer' | 'provider'
  readonly transferType: string
  readonly operation:
    'prepare' | 'start' | 'started' | 'suspend' | 'resume' | 'terminate' | 'completed'
  readonly processId: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** What a data plane sent, and what the control plane answered: one of each kind and status. */
export interface RecordedCallback {
  readonly side: 'consumer' | 'provider'
  readonly callback: 'prepared' | 'started' | 'completed' | 'errored'
  readonly body: Readonly<Record<string, unknown>>
  readonly answer: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

const read = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/signaling/${name}.json`, import.meta.url), 'utf8'),
  ) as Recording

export const recordings: readonly Recording[] = [read('edc-0.18.0'), read('edc-2026-08-20')]

/** The messages of each recorded process, in the order that they can come in. */
export function processesOf(recording: Recording): ReadonlyMap<string, readonly RecordedMessage[]> {
  return Map.groupBy(recording.messages, ({ processId }) => processId)
}

/** The message that opens a flow like the one that `message` belongs to. */
export function openingOf(recording: Recording, message: RecordedMessage): RecordedMessage {
  const found = recording.messages.find(
    ({ side, transferType, operation, body }) =>
      side === message.side &&
      transferType === message.transferType &&
      (operation === 'prepare' || operation === 'start') &&
      (transferType.endsWith('PULL') || side === 'consumer' || 'dataAddress' in body),
  )
  if (found === undefined) throw new Error('no opening message was recorded')
  return found
}
