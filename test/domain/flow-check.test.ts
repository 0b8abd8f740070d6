import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decideCheck,
  nextCheckSeconds,
  type CheckDecision,
  type KnownProcess,
} from '../../src/domain/flow-check.ts'

const now = new Date('2026-11-24T09:00:00.000Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const recheckSeconds = 600

const unseen = { absentSince: null, absences: 0 }
const process = (state: string, errorDetail: string | null = null) => ({ state, errorDetail })
const completed = { kind: 'ended', by: 'completed' }
const terminated = { kind: 'ended', by: 'terminate' }
const living = { kind: 'living' }

const known: readonly (readonly [string, KnownProcess, object])[] = [
  ['completed there', process('COMPLETED'), completed],
  ['terminated there', process('TERMINATED', 'policy'), terminated],
  ['terminated there without a word', process('TERMINATED'), terminated],
  ['deprovisioned without an error', process('DEPROVISIONED'), completed],
  ['being deprovisioned', process('DEPROVISIONING'), completed],
  ['deprovisioning is asked for', process('DEPROVISIONING_REQUESTED'), completed],
  ['deprovisioned after an error', process('DEPROVISIONED', 'again'), terminated],
  ...[
    ...['INITIAL', 'PROVISIONING', 'PREPARATION_REQUESTED', 'REQUESTED', 'STARTUP_REQUESTED'],
    ...['STARTED', 'SUSPENDED', 'RESUMING', 'COMPLETING', 'TERMINATING', 'WHATEVER'],
  ].map((state) => [`goes on: ${state}`, process(state), living] as const),
  ['goes on: suspended with a reason', process('SUSPENDED', 'maintenance'), living],
]
for (const [what, found, decision] of known) {
  test(`a transfer process that is known: ${what}`, () => {
    assert.deepEqual(decideCheck(unseen, found, now, recheckSeconds), decision)
    const missed = { absentSince: ago(10_000), absences: 9 }
    assert.deepEqual(decideCheck(missed, found, now, recheckSeconds), decision)
  })
}

const absences: readonly (readonly [string, Date | null, number, CheckDecision['kind']])[] = [
  ['for the first time', null, 0, 'absent'],
  ['for the second time, long after the first', ago(5000), 1, 'absent'],
  ['often, in a short time', ago(599), 50, 'absent'],
  ['for the third time over the recheck time', ago(600), 2, 'forgotten'],
]
for (const [what, absentSince, count, kind] of absences) {
  test(`a transfer process that is not known ${what}`, () => {
    const decision = decideCheck({ absentSince, absences: count }, null, now, recheckSeconds)
    assert.equal(decision.kind, kind)
    if (decision.kind === 'absent')
      assert.deepEqual(decision, { kind, since: absentSince ?? now, absences: count + 1 })
  })
}

test('looks come within the recheck time, in halves of it while the process is not known', () => {
  const absent = { kind: 'absent', since: now, absences: 1 } as const
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (seconds, random) => {
        const least = Math.max(1, seconds)
        const next = nextCheckSeconds({ kind: 'living' }, seconds, random)
        assert.ok(next >= least * 0.8 && next <= least)
        assert.equal(nextCheckSeconds(absent, seconds, random), least / 2)
      },
    ),
  )
})
