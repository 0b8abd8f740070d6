import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DataFlow, DataFlowState } from '../../src/domain/data-flow.ts'
import { decideAccess } from '../../src/domain/workspace-access.ts'
import type { Workspace } from '../../src/domain/workspace.ts'

const now = new Date('2026-11-24T09:00:00.000Z')
const seconds = (count: number) => new Date(now.getTime() + count * 1000)

type Flow = Pick<DataFlow, 'side' | 'direction' | 'state'>
const pull = (state: DataFlowState): Flow => ({ side: 'provider', direction: 'pull', state })
const push = (state: DataFlowState): Flow => ({ side: 'provider', direction: 'push', state })
const third = (state: DataFlowState): Flow => ({ side: 'consumer', direction: 'pull', state })

type Known = Pick<
  Workspace,
  'hadPullFlow' | 'lingerUntil' | 'suspendedByOperator' | 'agreementEndsAt'
>
const plain: Known = {
  hadPullFlow: true,
  lingerUntil: null,
  suspendedByOperator: false,
  agreementEndsAt: null,
}

/** The decision looks at nothing else of a workspace. */
const decide = (known: Partial<Known>, flows: readonly Flow[], lingerSeconds = 900) =>
  decideAccess({ ...plain, ...known } as Workspace, flows, now, lingerSeconds)

const open = { kind: 'open' }
const suspended = { kind: 'suspended', reason: 'suspended', lingerUntil: null }
const lingers = (until: Date) => ({ kind: 'suspended', reason: 'no-flow', lingerUntil: until })
const end = { kind: 'end', cause: 'no-flow' }

const cases: readonly [string, Partial<Known>, readonly Flow[], object][] = [
  ['open while a pull flow is started', {}, [pull('STARTED')], open],
  ['open while one is starting', {}, [pull('STARTING')], open],
  ['open while one of two is suspended', {}, [pull('SUSPENDED'), pull('STARTED')], open],
  ['suspended while all living ones are', {}, [pull('SUSPENDED'), pull('SUSPENDED')], suspended],
  ['an ended flow does not count', {}, [pull('SUSPENDED'), pull('COMPLETED')], suspended],
  ['the operator outweighs the flows', { suspendedByOperator: true }, [pull('STARTED')], suspended],
  ['lingers after the last pull flow', {}, [pull('TERMINATED')], lingers(seconds(900))],
  [
    'goes on lingering until the time that it was given',
    { lingerUntil: seconds(5) },
    [pull('TERMINATED')],
    lingers(seconds(5)),
  ],
  [
    'does not linger when the agreement has ended',
    { agreementEndsAt: seconds(0) },
    [pull('TERMINATED')],
    { kind: 'end', cause: 'agreement-ended' },
  ],
  [
    'lingers while the agreement goes on',
    { agreementEndsAt: seconds(1) },
    [pull('TERMINATED')],
    lingers(seconds(900)),
  ],
  ['ends when that time is over', { lingerUntil: seconds(0) }, [pull('TERMINATED')], end],
  [
    'is taken up again by a new flow',
    { lingerUntil: seconds(5) },
    [pull('TERMINATED'), pull('STARTED')],
    open,
  ],
  [
    'a living push keeps nothing open',
    {},
    [pull('TERMINATED'), push('STARTED')],
    lingers(seconds(900)),
  ],
  ['a third-party flow keeps nothing open', {}, [third('STARTED')], lingers(seconds(900))],
  ['open without any pull flow ever', { hadPullFlow: false }, [push('COMPLETED')], open],
  ['a suspended push suspends nothing', { hadPullFlow: false }, [push('SUSPENDED')], open],
  [
    'a suspended third-party flow suspends nothing',
    { hadPullFlow: false },
    [third('SUSPENDED')],
    open,
  ],
  [
    'lingering outweighs the operator: it must come to its end',
    { suspendedByOperator: true },
    [pull('COMPLETED')],
    lingers(seconds(900)),
  ],
]
for (const [name, known, flows, expected] of cases) {
  test(name, () => assert.deepEqual(decide(known, flows), expected))
}

test('ends at once where nothing lingers', () => {
  assert.deepEqual(decide({}, [pull('TERMINATED')], 0), end)
})

test('never open after the last pull flow, never ended while one lives', () => {
  const states = [
    ...(['PREPARING', 'PREPARED', 'STARTING', 'STARTED', 'SUSPENDED'] as const),
    ...(['COMPLETED', 'TERMINATED'] as const),
  ]
  const flow = fc.record({
    side: fc.constantFrom('provider' as const, 'consumer' as const),
    direction: fc.constantFrom('pull' as const, 'push' as const),
    state: fc.constantFrom(...states),
  })
  fc.assert(
    fc.property(
      fc.array(flow),
      fc.boolean(),
      fc.integer({ min: 0, max: 10 }),
      (flows, op, linger) => {
        const decision = decide({ suspendedByOperator: op }, flows, linger)
        const lives = flows.some(
          ({ side, direction, state }) =>
            side === 'provider' && direction === 'pull' && !/COMPLETED|TERMINATED/.test(state),
        )
        if (lives) assert.notEqual(decision.kind, 'end')
        else assert.notEqual(decision.kind, 'open')
      },
    ),
  )
})
