import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  backoffMs,
  callbackScheduleSeconds,
  nextEndlessTryAt,
  nextTryAt,
  pushScheduleSeconds,
  retryAfterSeconds,
  webhookScheduleSeconds,
} from '../../src/domain/retry-schedule.ts'

const now = new Date('2026-11-24T09:00:00.000Z')
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const schedules = [webhookScheduleSeconds, callbackScheduleSeconds, pushScheduleSeconds]
const schedule = fc.constantFrom(...schedules)

test('back-off is between half a second and its limit, for any number of failures', () => {
  const failures = fc.integer({ min: 1, max: 1_000_000 })
  const limit = fc.integer({ min: 1000, max: 900_000 })
  fc.assert(
    fc.property(failures, limit, chance, (count, maxMs, random) => {
      const wait = backoffMs(count, maxMs, random)
      assert.ok(Number.isInteger(wait))
      assert.ok(wait >= 500 && wait <= maxMs, String(wait))
    }),
  )
})

test('back-off does not get shorter with more failures', () => {
  const failures = fc.integer({ min: 1, max: 100 })
  fc.assert(
    fc.property(failures, chance, (count, random) => {
      assert.ok(backoffMs(count + 1, 900_000, random) >= backoffMs(count, 900_000, random))
    }),
  )
})

test('schedules only grow, so that a receiver in trouble is left alone', () => {
  for (const waits of schedules) {
    assert.deepEqual(
      [...waits].sort((a, b) => a - b),
      waits,
    )
  }
})

test('the next try is later than now and within a day and a tenth, whatever the other side asks', () => {
  const attempts = fc.integer({ min: 1, max: 40 })
  const asked = fc.oneof(fc.integer({ min: 0, max: 1e12 }), fc.constant(Infinity))
  fc.assert(
    fc.property(schedule, attempts, chance, asked, (waits, count, random, retryAfter) => {
      const next = nextTryAt(waits, count, now, random, retryAfter)
      assert.equal(next === null, count > waits.length)
      const endless = nextEndlessTryAt(waits, count, now, random, retryAfter)
      for (const at of [endless, ...(next === null ? [] : [next])]) {
        const seconds = (at.getTime() - now.getTime()) / 1000
        assert.ok(seconds > 0 && seconds <= 86_400 * 1.1, String(seconds))
      }
    }),
  )
})

test('any text as Retry-After is a whole number of seconds, not negative', () => {
  const header = fc.oneof(fc.string(), fc.date().map(String), fc.nat().map(String))
  fc.assert(
    fc.property(header, (text) => {
      const seconds = retryAfterSeconds(text, now)
      assert.ok(Number.isInteger(seconds) && seconds >= 0, `${text}: ${seconds}`)
    }),
  )
})
