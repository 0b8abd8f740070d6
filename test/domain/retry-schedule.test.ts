import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  callbackScheduleSeconds,
  nextEndlessTryAt,
  nextTryAt,
  pushScheduleSeconds,
  retryAfterSeconds,
  webhookScheduleSeconds,
} from '../../src/domain/retry-schedule.ts'

const now = new Date('2026-11-24T09:00:00.000Z')
const secondsUntil = (at: Date | null) => at && (at.getTime() - now.getTime()) / 1000

test('a webhook is tried ten times over about 75 hours', () => {
  assert.equal(webhookScheduleSeconds.length, 9)
  const hours = webhookScheduleSeconds.reduce((sum, wait) => sum + wait, 0) / 3600
  assert.ok(hours > 75 && hours < 76, String(hours))
  assert.equal(nextTryAt(webhookScheduleSeconds, 10, now, 0.5), null)
})

test('waits stay within a tenth of the schedule, whatever the chance', () => {
  const schedules = fc.constantFrom(webhookScheduleSeconds, callbackScheduleSeconds)
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(schedules, fc.integer({ min: 1, max: 9 }), chance, (schedule, attempts, random) => {
      const waited = secondsUntil(nextTryAt(schedule, attempts, now, random)) ?? 0
      const wait = schedule[attempts - 1] ?? 0
      assert.ok(waited >= wait * 0.9 - 0.001 && waited <= wait * 1.1 + 0.001)
    }),
  )
})

test('Retry-After makes a wait longer, never shorter, and no longer than a day', () => {
  assert.equal(secondsUntil(nextTryAt([5], 1, now, 0.5, 60)), 60)
  assert.equal(secondsUntil(nextTryAt([5], 1, now, 0.5, 1)), 5)
  assert.equal(secondsUntil(nextTryAt([5], 1, now, 0.5, 1e9)), 86_400)
})

test('the last wait of a push is repeated without end', () => {
  assert.equal(secondsUntil(nextEndlessTryAt(pushScheduleSeconds, 1000, now, 0.5)), 60)
})

const headers: readonly [string | undefined, number, string][] = [
  ['120', 120, 'seconds'],
  ['Tue, 24 Nov 2026 09:00:30 GMT', 30, 'an HTTP date'],
  ['Tue, 24 Nov 2026 08:00:00 GMT', 0, 'a date that has passed'],
  ['soon', 0, 'nonsense'],
  ['-5', 0, 'a negative number'],
  [undefined, 0, 'no header'],
]
for (const [header, seconds, reason] of headers) {
  test(`Retry-After: ${reason}`, () => assert.equal(retryAfterSeconds(header, now), seconds))
}
