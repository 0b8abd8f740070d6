import assert from 'node:assert/strict'
import type { Application } from '../../src/application/application.ts'
import { LeaseLost, type Lease } from '../../src/application/ports/work-queue.ts'
import type { Reconciler } from '../../src/application/reconciler.ts'
import { holdPass } from '../../src/controller/pass.ts'
import { backoffMs } from '../../src/domain/retry-schedule.ts'

/** Where a process dies: at its n-th effect, before it happens, or after it and before anybody knows. */
export interface CrashPoint {
  readonly at: number
  readonly when: 'before' | 'after'
}

/** The process is dead: nothing that it still wants to do has an effect. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

const effects: Readonly<Record<string, readonly string[]>> = {
  database: ['transaction'],
  store: [
    ...['ensureBucket', 'put', 'delete', 'createUpload', 'uploadPart', 'completeUpload'],
    ...['abortUpload', 'setAccess', 'empty', 'deleteBucket'],
  ],
  credentials: ['issue'],
  compute: ['ensure', 'stop', 'remove', 'refreshCredentials'],
  outbound: ['send'],
  connectors: ['terminate'],
}

type Call = (...parameters: readonly unknown[]) => unknown

/** The application as one process runs it, until it dies at `point`. */
export class MortalProcess {
  readonly app: Application
  /** What it did, or tried to do when it died, in order. */
  readonly effects: string[] = []
  readonly #point: CrashPoint | null
  #dead = false

  constructor(app: Application, point: CrashPoint | null) {
    this.#point = point
    const ports = Object.keys(effects).map((port) => [
      port,
      this.#mortal(port, app[port as keyof Application] as object),
    ])
    this.app = { ...app, ...(Object.fromEntries(ports) as Partial<Application>) }
  }

  get dead(): boolean {
    return this.#dead
  }

  #mortal(port: string, target: object): object {
    return new Proxy(target, {
      get: (_target, property): unknown => {
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== 'function') {
          if (port === 'database') this.#checkAlive()
          return value
        }
        const call = value.bind(target) as Call
        const name = String(property)
        return effects[port]?.includes(name) === true
          ? this.#effect(`${port}.${name}`, call)
          : (...parameters: unknown[]) => {
              this.#checkAlive()
              return call(...parameters)
            }
      },
    })
  }

  #effect(name: string, call: Call): Call {
    return async (...parameters) => {
      this.#checkAlive()
      const number = this.effects.push(name)
      if (this.#point?.at === number && this.#point.when === 'before') this.#die()
      const result = await call(...parameters)
      if (this.#point?.at === number) this.#die()
      this.#checkAlive()
      return result
    }
  }

  #die(): never {
    this.#dead = true
    throw new Crash('the process is dead')
  }

  #checkAlive(): void {
    if (this.#dead) throw new Crash('the process is dead')
  }
}

export interface Clock {
  now: Date
}

const leaseMs = 60_000
const timing = { leaseMs, marginMs: 10_000 }
const never = new AbortController().signal
const maxRounds = 400

/**
 * Passes one after the other, as the loop would run them, until `ended`; when nothing is due the clock goes on to what is.
 * Throws `Crash` when the process dies.
 */
export async function runPasses(
  mortal: MortalProcess,
  reconcilers: readonly Reconciler[],
  clock: Clock,
  ended: () => Promise<boolean>,
): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    if (await ended()) return
    if (await runRound(mortal, reconcilers, clock)) continue
    const due = await mortal.app.database.read.work.nextDue()
    assert.ok(due, 'nothing is due, and the end is not reached')
    if (due > clock.now) clock.now = due
  }
  assert.fail(`no end after ${maxRounds} rounds: ${mortal.effects.slice(-30).join(' ')}`)
}

async function runRound(
  mortal: MortalProcess,
  reconcilers: readonly Reconciler[],
  clock: Clock,
): Promise<boolean> {
  let ran = false
  for (const reconciler of reconcilers) {
    const { work } = mortal.app.database.read
    const [lease] = await work.claim(reconciler.kind, 'test', 1, leaseMs, clock.now)
    if (lease === undefined) continue
    ran = true
    await runPass(mortal, reconciler, lease, clock)
  }
  return ran
}

async function runPass(
  mortal: MortalProcess,
  reconciler: Reconciler,
  lease: Lease,
  clock: Clock,
): Promise<void> {
  const { database } = mortal.app
  using pass = holdPass(database, lease, timing, () => clock.now, never)
  try {
    const outcome = await reconciler.run(pass)
    const again = outcome.kind === 'again' ? outcome : undefined
    const failures = again?.untried === true ? lease.failures : 0
    const dueAt = again?.at ?? null
    await database.read.work.release(pass.lease(), { dueAt, failures }, clock.now)
  } catch (error) {
    if (mortal.dead) throw new Crash('the process is dead', { cause: error })
    if (error instanceof LeaseLost) return
    const failures = lease.failures + 1
    const wait = backoffMs(failures, reconciler.maxBackoffMs, 0.5)
    const dueAt = new Date(clock.now.getTime() + wait)
    await database.read.work.release(pass.lease(), { dueAt, failures }, clock.now)
  }
}
