/** Exponential back-off with jitter: from 1 s, doubled each time, at most `maxMs`; `random` is in [0, 1). */
export function backoffMs(failures: number, maxMs: number, random: number): number {
  const full = Math.min(maxMs, 1000 * 2 ** Math.min(failures - 1, 30))
  return Math.round(full * (0.5 + random / 2))
}

/** Waits before the tries of a webhook, in seconds: ten tries over 75 hours. */
export const webhookScheduleSeconds: readonly number[] = [
  5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 79_200, 122_400,
]

/** Waits before the repeats of a signaling callback: soon, then for hours. */
export const callbackScheduleSeconds: readonly number[] = [
  0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
]

/** Waits before the repeats of a pushed access document; the flow's own deadline ends them. */
export const pushScheduleSeconds: readonly number[] = [1, 2, 4, 8, 15, 30, 60]

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
  const wait = Math.max(jittered, Math.min(retryAfterSeconds, 86_400))
  return new Date(now.getTime() + wait * 1000)
}
