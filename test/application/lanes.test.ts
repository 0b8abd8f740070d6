import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLanes } from '../../src/application/telling/lanes.ts'
import { bounds } from '../../src/domain/bounds.ts'

const { laneRequests, slowLaneRequests, slowLaneMs, mostTurnMs, turnsAheadMs } = bounds.telling

/** Lanes with a clock that is moved by hand. */
function lanesAt(start: number) {
  let time = start
  const lanes = createLanes()
  return {
    enter: (name: string) => lanes.enter(name, () => new Date(time)),
    now: () => time,
    pass: (ms: number) => (time += ms),
    /** Enters until the lane is full. */
    fill: (name: string) => {
      const entries = []
      for (;;) {
        const entry = lanes.enter(name, () => new Date(time))
        if (entry.kind === 'turn') return entries
        entries.push(entry)
      }
    },
  }
}

test('a full lane gives turns, and another lane is free', () => {
  const lanes = lanesAt(1000)
  const taken = lanes.fill('a')
  assert.equal(taken.length, laneRequests)
  assert.equal(lanes.enter('b').kind, 'place')
  taken[0]?.[Symbol.dispose]()
  assert.equal(lanes.enter('a').kind, 'place')
})

test('a lane that was slow has few places until it is quick again', () => {
  const lanes = lanesAt(1000)
  const taken = lanes.fill('a')
  lanes.pass(slowLaneMs + 1)
  for (const entry of taken) entry[Symbol.dispose]()
  const few = lanes.fill('a')
  assert.equal(few.length, slowLaneRequests)
  for (const entry of few) entry[Symbol.dispose]()
  assert.equal(lanes.fill('a').length, laneRequests)
})

test('turns of a silent lane are far apart, one after the other, and never too far ahead', () => {
  const lanes = lanesAt(1000)
  lanes.fill('a')
  lanes.pass(100_000)
  const turns = Array.from({ length: 20 }, () => {
    const entry = lanes.enter('a')
    return entry.kind === 'turn' ? entry.at.getTime() - lanes.now() : assert.fail('a place')
  })
  assert.deepEqual(turns.slice(0, 2), [mostTurnMs, 2 * mostTurnMs])
  assert.equal(Math.max(...turns), turnsAheadMs)
})
