import type { Database } from '../application/ports/database.ts'
import type { Log } from '../application/ports/log.ts'
import { LeaseLost, type Lease } from '../application/ports/work-queue.ts'
import type { Reconciler } from '../application/reconciler.ts'
import { FailureError, isOutage } from '../domain/failure.ts'
import { ProblemError } from '../domain/problem.ts'
import { backoffMs } from '../domain/retry-schedule.ts'
import { holdPass, type LeaseTiming } from './pass.ts'

export interface ControllerOptions {
  readonly database: Database
  readonly reconcilers: readonly Reconciler[]
  readonly owner: string
  readonly now: () => Date
  readonly random: () => number
  readonly log: Log
  readonly timing?: LeaseTiming
  /** The longest sleep: what a missed hint costs. */
  readonly pollMs?: number
}

/** An outage parks a row only after so many times as many passes: with a back-off of a minute, after about a day. */
const outagePatience = 100

/** What is due for longer and was not taken in the last round is no work of this process, or has no free slot. */
const justDueMs = 50

/** The one loop that knows due times, leases, back-off and parking. */
export interface Controller {
  /** Something may have become due. */
  wake(): void
  /** When the loop last came round: its heartbeat. */
  lastRound(): Date
  /** Resolves when nothing is due and nothing runs. For tests. */
  idle(): Promise<void>
  /** Takes nothing new, ends running passes, waits for them at most `graceMs`. */
  stop(graceMs: number): Promise<void>
}

export function startController(options: ControllerOptions): Controller {
  const { database, reconcilers, owner, now, random, log } = options
  const timing = options.timing ?? { leaseMs: 60_000, marginMs: 10_000 }
  const pollMs = options.pollMs ?? 1000
  const stopping = new AbortController()
  const running = new Map<Reconciler, Set<Promise<void>>>(
    reconcilers.map((one) => [one, new Set()]),
  )
  let woken = Promise.withResolvers<undefined>()
  let lastRound = now()
  let quiet = false

  const wake = () => {
    quiet = false
    woken.resolve(undefined)
  }

  const runPass = async (reconciler: Reconciler, lease: Lease) => {
    using pass = holdPass(database, lease, timing, now, stopping.signal)
    try {
      const outcome = await reconciler.run(pass)
      const again = outcome.kind === 'again' ? outcome : undefined
      const failures = again?.untried === true ? lease.failures : 0
      await database.read.work.release(pass.lease(), { dueAt: again?.at ?? null, failures }, now())
    } catch (error) {
      await settleFailure(reconciler, pass.lease(), error)
    }
  }

  const settleFailure = async (reconciler: Reconciler, lease: Lease, error: unknown) => {
    const place = { kind: lease.kind, id: lease.id }
    if (error instanceof LeaseLost) {
      log.info(place, 'the lease went to another holder')
      return
    }
    if (stopping.signal.aborted) {
      await database.read.work.release(lease, { dueAt: now(), failures: lease.failures }, now())
      return
    }
    const failures = failuresWith(error, lease, reconciler)
    const reason = publicReason(error)
    log.warn({ ...place, failures, error: errorText(error) }, 'a pass failed')
    if (failures >= mostFailures(error, reconciler)) {
      await database.transaction(async (tx) => {
        await tx.work.park(lease, reason, now())
        await reconciler.onParked?.(lease.id, reason, tx)
      })
      return
    }
    const dueAt = new Date(now().getTime() + backoffMs(failures, reconciler.maxBackoffMs, random()))
    await database.read.work.release(lease, { dueAt, failures }, now())
  }

  /** Takes due rows for free slots. True when something was taken. */
  const takeDue = async (reconciler: Reconciler): Promise<boolean> => {
    const passes = running.get(reconciler)
    const free = reconciler.slots - (passes?.size ?? 0)
    if (passes === undefined || free <= 0) return false
    const leases = await database.read.work.claim(
      reconciler.kind,
      owner,
      free,
      timing.leaseMs,
      now(),
    )
    for (const lease of leases) {
      const pass = runPass(reconciler, lease)
        .catch((error: unknown) =>
          log.error(
            { kind: lease.kind, id: lease.id, error: errorText(error) },
            'a pass could not be settled',
          ),
        )
        .finally(() => {
          passes.delete(pass)
          wake()
        })
      passes.add(pass)
    }
    return leases.length > 0
  }

  const round = async () => {
    lastRound = now()
    let taken = false
    for (const reconciler of reconcilers) taken = (await takeDue(reconciler)) || taken
    return taken
  }

  const sleep = async () => {
    const due = await database.read.work.nextDue()
    const untilDue = due === null ? pollMs : due.getTime() - now().getTime()
    const forOthers = untilDue < -justDueMs
    const idle = [...running.values()].every((passes) => passes.size === 0)
    quiet = idle && (untilDue > 0 || forOthers)
    const sleepMs = forOthers ? pollMs : Math.max(untilDue, idle ? 5 : 50)
    const timer = setTimeout(wake, Math.min(pollMs, sleepMs))
    await woken.promise
    clearTimeout(timer)
  }

  const loop = async () => {
    while (!stopping.signal.aborted) {
      woken = Promise.withResolvers<undefined>()
      try {
        if (!(await round())) await sleep()
      } catch (error) {
        log.error({ error: errorText(error) }, 'the loop met an error')
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    }
  }
  const looping = loop()

  return {
    wake,
    lastRound: () => lastRound,
    idle: async () => {
      while (!quiet) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    stop: async (graceMs) => {
      stopping.abort(new Error('the service is stopping'))
      wake()
      await looping
      const passes = [...running.values()].flatMap((set) => [...set])
      await Promise.race([
        Promise.all(passes),
        new Promise((resolve) => setTimeout(resolve, graceMs).unref()),
      ])
    },
  }
}

function mostFailures(error: unknown, { parkAfter }: Reconciler): number {
  if (parkAfter === null) return Infinity
  return isOutage(error) ? parkAfter * outagePatience : parkAfter
}

/** So many as only an outage can have made say nothing against a row that fails for another reason. */
function failuresWith(error: unknown, lease: Lease, { parkAfter }: Reconciler): number {
  const byOutage = parkAfter !== null && lease.failures >= parkAfter
  return byOutage && !isOutage(error) ? 1 : lease.failures + 1
}

function publicReason(error: unknown): string {
  if (error instanceof FailureError) return `${error.failure.code}: ${error.failure.message}`
  return error instanceof ProblemError ? `${error.code}: ${error.detail}` : 'internal'
}

const errorText = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
