import type { Database } from '../application/ports/database.ts'
import type { Lease } from '../application/ports/work-queue.ts'
import type { Pass } from '../application/reconciler.ts'

/** A pass whose lease is renewed while it runs. Its signal ends `marginMs` before the lease would. */
export interface HeldPass extends Pass, Disposable {
  /** The lease as last renewed. */
  lease(): Lease
}

export interface LeaseTiming {
  readonly leaseMs: number
  readonly marginMs: number
}

export function holdPass(
  database: Database,
  taken: Lease,
  timing: LeaseTiming,
  now: () => Date,
  stopping: AbortSignal,
): HeldPass {
  const { leaseMs, marginMs } = timing
  const lost = new AbortController()
  let lease = taken
  let validUntil = performance.now() + leaseMs - marginMs

  const renew = async () => {
    const asked = performance.now()
    lease = await database.transaction((tx) => tx.work.renew(lease, leaseMs, now()))
    validUntil = asked + leaseMs - marginMs
  }
  const heartbeat = setInterval(() => {
    renew().catch((error: unknown) => lost.abort(error))
  }, leaseMs / 3)
  const watchdog = setInterval(() => {
    if (performance.now() > validUntil) lost.abort(new Error('the lease was not renewed in time'))
  }, marginMs / 2)

  return {
    id: taken.id,
    failures: taken.failures,
    signal: AbortSignal.any([lost.signal, stopping]),
    lease: () => lease,
    renew: async () => {
      lost.signal.throwIfAborted()
      await renew()
    },
    record: (change) =>
      database.transaction(async (tx) => {
        await tx.work.verify(lease)
        return change(tx)
      }),
    [Symbol.dispose]: () => {
      clearInterval(heartbeat)
      clearInterval(watchdog)
    },
  }
}
