import type { Application } from '../application.ts'

export interface Readiness {
  readonly database: 'up' | 'down'
  readonly store: 'up' | 'down'
  readonly compute: 'up' | 'down'
}

const timeoutMs = 2000
/** So often at most store and cluster are asked, however many probes come. */
const keptMs = 5000

/** Asks database, store and cluster, each within two seconds. Answers of store and cluster are kept for five. */
export function createReadiness(app: Application): () => Promise<Readiness> {
  const probeBucket = `${app.settings.bucketPrefix}readiness-probe`
  const store = kept(app, () => {
    return app.store.head(probeBucket, 'probe', AbortSignal.timeout(timeoutMs))
  })
  const compute = kept(app, () => app.compute.list(AbortSignal.timeout(timeoutMs)))
  return async () => {
    const [database, storeState, computeState] = await Promise.all([
      stateOf(() => app.database.ping(timeoutMs)),
      store(),
      compute(),
    ])
    return { database, store: storeState, compute: computeState }
  }
}

async function stateOf(ask: () => Promise<unknown>): Promise<'up' | 'down'> {
  try {
    await ask()
    return 'up'
  } catch {
    return 'down'
  }
}

function kept(app: Application, ask: () => Promise<unknown>): () => Promise<'up' | 'down'> {
  let asked: { readonly at: number; readonly state: Promise<'up' | 'down'> } | undefined
  return () => {
    const at = app.now().getTime()
    if (asked === undefined || at - asked.at >= keptMs) asked = { at, state: stateOf(ask) }
    return asked.state
  }
}
