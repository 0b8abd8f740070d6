import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressProperties, dataAddress } from '../../src/domain/data-address.ts'
import { decideRepeat, type DataFlow, type DataFlowState } from '../../src/domain/data-flow.ts'
import { decideDpsAnswer } from '../../src/domain/dps-callback.ts'
import { edcAddress } from '../../src/domain/edc-address.ts'
import { decideEdcAnswer } from '../../src/domain/edc-callback.ts'
import type { CallbackDecision, FlowCallback } from '../../src/domain/flow-callback.ts'
import { localName, nodeOf, scalarText, termOf, typesOf } from '../../src/domain/json-ld.ts'
import { dspaceAddress } from '../support/edc-messages.ts'

const now = new Date('2026-11-24T09:00:00.000Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)

const flow = (changes: Partial<DataFlow>) =>
  ({
    side: 'provider',
    direction: 'pull',
    state: 'STARTED',
    openingMessageId: '',
    endCause: null,
    createdAt: ago(1),
    ...changes,
  }) as DataFlow

const repeats: readonly [string, Partial<DataFlow>, string | null, string][] = [
  ['a message without an id for a started flow is the same once more', {}, null, 'same'],
  ['one for a flow that is being prepared, too', { state: 'PREPARING' }, null, 'same'],
  ['one for a prepared flow, too', { state: 'PREPARED' }, null, 'same'],
  ['one for a suspended flow is its resume', { state: 'SUSPENDED' }, null, 'resume'],
  ['nothing begins a terminated flow again', { state: 'TERMINATED' }, null, 'conflict'],
  [
    'a pull that the consumer has completed is over',
    { state: 'COMPLETED', endCause: 'consumer' },
    null,
    'conflict',
  ],
  [
    'a push that was delivered at once answers for its lost answer',
    { state: 'COMPLETED', direction: 'push', endCause: 'delivered' },
    null,
    'same',
  ],
  [
    'later there is no lost answer any more',
    { state: 'COMPLETED', direction: 'push', endCause: 'delivered', createdAt: ago(241) },
    null,
    'conflict',
  ],
  ['the id of the opening message is a repeat', { openingMessageId: 'a' }, 'a', 'same'],
  ['another id is not', { openingMessageId: 'a' }, 'b', 'conflict'],
  [
    'with ids a suspended flow is not resumed by its opening message',
    { openingMessageId: 'a', state: 'SUSPENDED' },
    'a',
    'same',
  ],
  ['the other side of a transfer is another flow', { side: 'consumer' }, null, 'conflict'],
]
for (const [why, changes, messageId, expected] of repeats) {
  test(why, () => {
    assert.equal(decideRepeat(flow(changes), { side: 'provider', messageId }, now), expected)
  })
}

const blocked = (state: string) =>
  `[{"message":"Could not execute CompleteTransferCommand on TransferProcess with ID [1] because it's ${state}"`

const answers: readonly [FlowCallback, number | null, string, CallbackDecision['kind'], string][] =
  [
    ['completed', 204, '', 'delivered', 'is taken'],
    ['completed', 409, blocked('STARTING'), 'retry', 'comes before EDC has our answer'],
    ['completed', 409, blocked('SUSPENDED'), 'retry', 'waits for the resume'],
    ['completed', 409, blocked('COMPLETED'), 'delivered', 'is known already'],
    ['completed', 409, blocked('COMPLETING'), 'delivered', 'is on its way already'],
    ['completed', 409, blocked('TERMINATED'), 'delivered', 'comes too late'],
    ['completed', 409, blocked('DEPROVISIONED'), 'delivered', 'is over for long'],
    ['completed', 409, 'already leased', 'retry', 'meets a transfer that is being worked on'],
    ['errored', 409, blocked('TERMINATING'), 'delivered', 'is known already'],
    ['prepared', 409, blocked('TERMINATED'), 'retry', 'is never taken for granted'],
    ['prepared', 500, '', 'retry', 'comes too early, or once more'],
    ['prepared', null, '', 'retry', 'was not answered'],
    ['prepared', 400, '', 'dead', 'is refused'],
  ]
for (const [callback, status, response, expected, why] of answers) {
  test(`EDC's ${String(status)} ${response} to ${callback}: it ${why}`, () => {
    assert.equal(decideEdcAnswer(callback, { status, response }, 'STARTED').kind, expected)
  })
}

test('Data Plane Signaling reads nothing in the text of a 409', () => {
  const answer = { status: 409, response: blocked('COMPLETED') }
  assert.equal(decideDpsAnswer('prepared', answer, 'PREPARED').kind, 'dead')
  assert.equal(decideDpsAnswer('completed', answer, 'SUSPENDED').kind, 'retry')
  assert.equal(decideDpsAnswer('completed', answer, 'STARTED').kind, 'delivered')
})

test('a term is found under any namespace, and a plain one first', () => {
  const document = { 'edc:id': 1, 'https://w3id.org/edc/v0.0.1/ns/id': 2, 'dspace:x': 3 }
  assert.equal(termOf(document, 'id'), 1)
  assert.equal(termOf({ ...document, id: 4 }, 'id'), 4)
  assert.equal(termOf(document, 'x'), 3)
  assert.equal(termOf(document, 'toString'), undefined)
  assert.equal(localName('https://example.com/ns/id'), 'https://example.com/ns/id')
})

test('scalars, nodes and types are read as plain and as expanded JSON-LD', () => {
  const texts = ['a', { '@value': 'a' }, { '@id': 'a' }, [{ '@value': 'a' }], ['a']]
  for (const value of texts) assert.equal(scalarText(value), 'a')
  for (const value of [null, undefined, [], ['a', 'b'], {}, { a: 1 }]) {
    assert.equal(scalarText(value), undefined)
  }
  assert.equal(scalarText(7), '7')
  assert.deepEqual(nodeOf([{ a: 1 }]), { a: 1 })
  assert.equal(nodeOf([{}, {}]), undefined)
  assert.equal(nodeOf('a'), undefined)
  assert.deepEqual(typesOf({ '@type': ['edc:A', 'B', 3] }), ['A', 'B'])
  assert.deepEqual(typesOf({}), [])
})

test('the dspace form is read with one property or several, and what we write can be read again', () => {
  for (const properties of [{ service: 'a' }, { workspace: 'ws-1', input: 'b' }, {}]) {
    const read = addressProperties(dspaceAddress('Workspace', properties))
    assert.deepEqual(Object.fromEntries(read ?? []), { endpointType: 'Workspace', ...properties })
  }
  const own = dataAddress('HttpData-PULL', 'https://compute.example.com/v1', {
    authorization: 'token',
    refreshToken: 'refresh',
  })
  const read = addressProperties(edcAddress(own, 'provider'))
  assert.equal(read?.get('endpoint'), 'https://compute.example.com/v1')
  assert.equal(read.get('authorization'), 'token')
  assert.equal(read.get('refreshToken'), 'refresh')
  assert.equal(read.get('refreshAudience'), 'provider')
})

test('no state of a flow is left open by a message without an id', () => {
  const states: readonly DataFlowState[] = [
    'PREPARING',
    'PREPARED',
    'STARTING',
    'STARTED',
    'SUSPENDED',
    'COMPLETED',
    'TERMINATED',
  ]
  const message = { side: 'provider', messageId: null } as const
  const decisions = states.map((state) => decideRepeat(flow({ state }), message, now))
  assert.deepEqual(decisions.slice(-2), ['conflict', 'conflict'])
})
