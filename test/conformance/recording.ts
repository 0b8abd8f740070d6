import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { SignalingAnswer } from '../support/control-plane-under-test.ts'

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

export const isOpening = ({ operation }: RecordedMessage) =>
  operation === 'prepare' || operation === 'start'

/** The state that a message needs, and the messages that lead there from PREPARED or STARTED. */
export const stateBefore = {
  started: 'PREPARED',
  suspend: 'STARTED',
  resume: 'SUSPENDED',
  terminate: 'STARTED',
  completed: 'STARTED',
} as const

/** The state that a message leads to. */
export const stateAfter = {
  prepare: 'PREPARED',
  start: 'STARTED',
  started: 'STARTED',
  suspend: 'SUSPENDED',
  resume: 'STARTED',
  terminate: 'TERMINATED',
  completed: 'COMPLETED',
} as const

/** What EDC needs of an answer: 2xx; `state` where it reads one; an address from the side that gives it, only. */
export function checkAnswer(
  { operation, side, transferType }: RecordedMessage,
  answer: SignalingAnswer,
): void {
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  if (!['prepare', 'start', 'resume'].includes(operation)) return
  assert.equal(answer.body.state, stateAfter[operation])
  assert.ok(answer.body.messageId)
  const gives = transferType.endsWith('PULL') ? 'provider' : 'consumer'
  const { dataAddress } = answer.body
  if (side !== gives) {
    assert.equal(dataAddress, undefined)
    return
  }
  assert.equal(dataAddress?.endpointType, transferType)
  assert.ok(URL.canParse(dataAddress.endpoint))
  const names = dataAddress.endpointProperties.map(({ name }) => name)
  assert.ok(names.includes('authorization') && names.includes('authType'))
  assert.ok(!names.includes('type') && !names.includes('keyName'))
}
