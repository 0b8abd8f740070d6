/** Exponential back-off with jitter: from 1 s, doubled each time, at most `maxMs`; `random` is in [0, 1). */
export function backoffMs(failures: number, maxMs: number, random: number): number {
  const full = Math.min(maxMs, 1000 * 2 ** Math.min(failures - 1, 30))
  return Math.round(full * (0.5 + random / 2))
}

/** Waits between the tries of a webhook, in seconds: ten tries over 75 hours (Standard Webhooks). */
export const webhookScheduleSeconds: readonly number[] = [
  5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
]

/** An endpoint that fails for so long, without any success, is disabled. */
export const disableAfterSeconds = 5 * 86_400

/** How long after a rotation events are signed with the predecessor too. */
export const previousSecretSeconds = 86_400

/** Waits before the repeats of a signaling callback: soon, then for hours. */
export const callbackScheduleSeconds: readonly number[] = [
  0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
]

/** A callback is not sent before its connector has stored our answer (Data Plane Signaling 2.4). */
export const callbackDelayMs = 100

/** Waits before the repeats of a pushed access document; the last one goes on until the flow's own deadline. */
export const pushScheduleSeconds: readonly number[] = [1, 2, 4, 8, 15, 30, 60]

/** No flow ends by itself before it has shown STARTED for so long. */
export const startedShownMs = 500

const maxRetryAfterSeconds = 86_400

/**
 * When try number `attempts + 1` is due, after `attempts` failed ones; null when the schedule is exhausted.
 * Jitter of ±10 %; never before `retryAfterSeconds` (at most a day).
 */
export function nextTryAt(
  schedule: readonly number[],
  attempts: number,
  now: Date,
  random: number,
  retryAfterSeconds = 0,
): Date | null {
  const seconds = schedule[attempts - 1]
  if (seconds === undefined) return null
  const jittered = seconds * (0.9 + random * 0.2)
  const wait = Math.max(jittered, Math.min(retryAfterSeconds, maxRetryAfterSeconds))
  return new Date(now.getTime() + Math.round(wait * 1000))
}

/** As `nextTryAt`, for a schedule whose last wait is repeated without end. */
export function nextEndlessTryAt(
  schedule: readonly number[],
  attempts: number,
  now: Date,
  random: number,
  retryAfterSeconds = 0,
): Date {
  const known = Math.min(attempts, schedule.length)
  return nextTryAt(schedule, known, now, random, retryAfterSeconds) ?? now
}

/** Seconds that a `Retry-After` header asks for, as a number or as an HTTP date; 0 for none or nonsense. */
export function retryAfterSeconds(header: string | undefined, now: Date): number {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text)
  if (!/^[A-Z][a-z]{2}, /.test(text)) return 0
  const until = Date.parse(text)
  return Number.isNaN(until) ? 0 : Math.max(0, Math.ceil((until - now.getTime()) / 1000))
}
