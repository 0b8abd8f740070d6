import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Log } from '../application/ports/log.ts'
import type { Metrics } from '../application/ports/metrics.ts'
import { helpOf } from './metric-catalogue.ts'

/** The metrics of this process. `register` is Prometheus' registry: what it holds is what `/metrics` shows. */
export interface MetricsRegistry extends Metrics {
  readonly register: Registry
}

const prefix = 'dsc_'
const secondsBuckets = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800]

type Labels = Readonly<Record<string, string>>

/**
 * A metric is made when it is first used; its labels are those of its first use. A later use with other labels is
 * logged and left out: counting never breaks what is counted.
 */
export function createMetrics(log: Log): MetricsRegistry {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const counters = new Map<string, Counter>()
  const histograms = new Map<string, Histogram>()
  const guarded = (name: string, record: () => void) => {
    try {
      record()
    } catch (error) {
      log.warn({ metric: name, error }, 'a metric could not be recorded')
    }
  }
  const describe = (name: string, labels: Labels) => ({
    name: `${prefix}${name}`,
    help: helpOf(name),
    labelNames: Object.keys(labels),
    registers: [register],
  })
  return {
    register,
    count: (name, labels = {}, by = 1) =>
      guarded(name, () => {
        const counter = counters.get(name) ?? new Counter(describe(name, labels))
        counters.set(name, counter)
        counter.inc(labels, by)
      }),
    observeSeconds: (name, seconds, labels = {}) =>
      guarded(name, () => {
        const histogram =
          histograms.get(name) ??
          new Histogram({ ...describe(name, labels), buckets: secondsBuckets })
        histograms.set(name, histogram)
        histogram.observe(labels, seconds)
      }),
  }
}
