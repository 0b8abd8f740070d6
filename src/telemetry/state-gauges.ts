import { Gauge, type Registry } from 'prom-client'
import type { ComputeBackend } from '../application/ports/compute-backend.ts'
import type { Database } from '../application/ports/database.ts'
import type { Log } from '../application/ports/log.ts'

export interface StateGaugesOptions {
  readonly register: Registry
  readonly database: Pick<Database, 'counts' | 'read'>
  readonly compute: Pick<ComputeBackend, 'lastContactAt'>
  readonly now: () => Date
  readonly log: Log
}

/** So long a scrape uses the counts of the one before. */
const keptMs = 5000
const overdueMs = 900_000

/** The text of `/metrics`: gauges of states are counted when they are asked for, at most every five seconds. */
export function createMetricsText(options: StateGaugesOptions): () => Promise<string> {
  const { register, now, log } = options
  const gauges = stateGauges(register)
  let countedAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (now().getTime() - countedAt >= keptMs) {
      countedAt = now().getTime()
      await countStates(options, gauges).then(
        () => gauges.database.set(1),
        (error: unknown) => {
          gauges.database.set(0)
          log.warn({ error }, 'states could not be counted for the metrics')
        },
      )
    }
    return register.metrics()
  }
}

type Gauges = ReturnType<typeof stateGauges>

function stateGauges(register: Registry) {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name: `dsc_${name}`, help, labelNames: [...labelNames], registers: [register] })
  return {
    workspaces: gauge('workspaces', 'Workspaces by state.', ['state']),
    flows: gauge('flows', 'Data flows by state.', ['state']),
    jobs: gauge('jobs', 'Jobs by state.', ['state']),
    transfers: gauge('transfers', 'Transfers by state.', ['state']),
    deliveries: gauge('deliveries', 'Deliveries that are not delivered.', ['kind', 'state']),
    deliveryAge: gauge('delivery_oldest_seconds', 'Age of the oldest owed delivery.', ['kind']),
    queue: gauge('work_due', 'Rows that are due now, by kind.', ['kind']),
    parked: gauge('work_parked', 'Rows that wait for a person, by kind.', ['kind']),
    overdue: gauge('closings_overdue', 'Workspaces whose closing takes longer than it should.'),
    stored: gauge('stored_bytes', 'Bytes in all buckets, as last measured.'),
    watchAge: gauge('compute_silence_seconds', 'How long the cluster has not been heard.'),
    database: gauge('database_up', 'Whether the database answered the last count.'),
  }
}

async function countStates(options: StateGaugesOptions, gauges: Gauges): Promise<void> {
  const { database, compute, now } = options
  const { counts, read } = database
  const at = now()
  const heardAt = compute.lastContactAt()
  if (heardAt !== null) gauges.watchAge.set((at.getTime() - heardAt.getTime()) / 1000)
  for (const name of ['workspaces', 'flows', 'jobs', 'transfers'] as const) {
    const found = await counts[name]()
    gauges[name].reset()
    for (const { state, count } of found) gauges[name].set({ state }, count)
  }
  const deliveries = await counts.deliveries()
  gauges.deliveries.reset()
  gauges.deliveryAge.reset()
  for (const { kind, state, count, oldest } of deliveries) {
    gauges.deliveries.set({ kind, state }, count)
    const ageSeconds = Math.max(0, (at.getTime() - oldest.getTime()) / 1000)
    if (state === 'PENDING') gauges.deliveryAge.set({ kind }, ageSeconds)
  }
  for (const [kind, count] of Object.entries(await read.work.depth(at))) {
    gauges.queue.set({ kind }, count)
  }
  const parked = await counts.parked()
  gauges.parked.reset()
  for (const { kind, count } of parked) gauges.parked.set({ kind }, count)
  gauges.overdue.set(await counts.overdueClosings(new Date(at.getTime() - overdueMs)))
  gauges.stored.set(await counts.storedBytes())
}
