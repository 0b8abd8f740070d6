import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decideFlowMessage,
  finalFlowStates,
  type DataFlowState,
  type FlowMessage,
} from '../../src/domain/data-flow.ts'

const states: readonly DataFlowState[] = [
  'PREPARING',
  'PREPARED',
  'STARTING',
  'STARTED',
  'SUSPENDED',
  'COMPLETED',
  'TERMINATED',
]
const messages: readonly FlowMessage[] = ['started', 'suspend', 'resume', 'terminate', 'completed']

function after(state: DataFlowState, message: FlowMessage): DataFlowState {
  const decision = decideFlowMessage(state, message)
  return decision.kind === 'change' ? decision.to : state
}

test('no sequence of messages leaves a terminal state', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...states),
      fc.array(fc.constantFrom(...messages), { maxLength: 30 }),
      (first, sequence) => {
        let state = first
        for (const message of sequence) {
          const next = after(state, message)
          if (finalFlowStates.includes(state)) assert.equal(next, state)
          state = next
        }
      },
    ),
    { numRuns: 1000 },
  )
})

test('a message that was taken changes nothing when it comes again', () => {
  for (const state of states) {
    for (const message of messages) {
      const decision = decideFlowMessage(state, message)
      if (decision.kind !== 'change') continue
      assert.equal(decideFlowMessage(decision.to, message).kind, 'unchanged', `${message} ${state}`)
    }
  }
})

test('a refusal changes nothing, and every state can be ended', () => {
  for (const state of states) {
    for (const message of ['terminate', 'completed'] as const) {
      assert.ok(finalFlowStates.includes(after(state, message)))
      assert.notEqual(decideFlowMessage(state, message).kind, 'conflict')
    }
  }
})

const table: readonly (readonly [FlowMessage, ...string[]])[] = [
  ['started', 'unknown', '409', '409', 'STARTED', '200', '409', '409'],
  ['suspend', 'unknown', '409', '409', '409', 'SUSPENDED', '200', '409'],
  ['resume', 'unknown', '409', '409', '409', '200', 'STARTED', '409'],
  [
    ...['terminate', 'remember', 'TERMINATED', 'TERMINATED'],
    ...['TERMINATED', 'TERMINATED', 'TERMINATED', '200'],
  ] as [FlowMessage, ...string[]],
  [
    ...['completed', '200', 'COMPLETED', 'COMPLETED'],
    ...['COMPLETED', 'COMPLETED', 'COMPLETED', '200'],
  ] as [FlowMessage, ...string[]],
]
const columns: readonly (DataFlowState | undefined)[] = [
  undefined,
  'PREPARING',
  'STARTING',
  'PREPARED',
  'STARTED',
  'SUSPENDED',
  'TERMINATED',
]

for (const [message, ...expected] of table) {
  test(`${message}: from unknown to final as the table of Data Plane Signaling has it`, () => {
    const found = columns.map((state) => {
      const decision = decideFlowMessage(state, message)
      if (decision.kind === 'change') return decision.to
      const words = { unchanged: '200', conflict: '409', unknown: 'unknown', remember: 'remember' }
      return words[decision.kind]
    })
    assert.deepEqual(found, expected)
  })
}
