import type { Metrics } from '../application/ports/metrics.ts'
import type { Reconciler } from '../application/reconciler.ts'

/** The same reconciler, whose passes are counted and timed. */
export function measured(reconciler: Reconciler, metrics: Metrics): Reconciler {
  const { kind } = reconciler
  return {
    ...reconciler,
    run: async (pass) => {
      const since = performance.now()
      let result = 'failed'
      try {
        const outcome = await reconciler.run(pass)
        result = outcome.kind
        return outcome
      } finally {
        metrics.count('passes_total', { kind, result })
        metrics.observeSeconds('pass_seconds', (performance.now() - since) / 1000, { kind })
      }
    },
  }
}
