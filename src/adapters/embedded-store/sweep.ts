import { readLifecycle } from './bucket-settings.ts'
import { inTransaction } from './database.ts'
import type { Store } from './exchange.ts'
import type { Sessions } from './sessions.ts'

const dayMs = 24 * 3600 * 1000

export interface Swept {
  readonly uploads: number
  readonly sessions: number
  readonly files: number
}

/** Ends what has outlived its time: unfinished uploads, old sessions, and files that no row names. */
export async function sweep(store: Store, sessions: Sessions): Promise<Swept> {
  const uploads = await endUploads(store)
  const files = await store.files.sweep(
    (name) => store.objects.namesFile(name) || store.uploads.namesFile(name),
  )
  // An ended session is known for a day longer, so that its holder is told why it is refused.
  const endedBefore = new Date(store.now().getTime() - dayMs)
  return { uploads, files, sessions: sessions.sweep(endedBefore) }
}

async function endUploads({ buckets, uploads, database, files, now }: Store): Promise<number> {
  let ended = 0
  for (const bucket of buckets.list()) {
    const rules = readLifecycle(bucket.lifecycle).filter(({ isEnabled }) => isEnabled)
    const overdue = uploads
      .ofBucket(bucket.name)
      .filter(({ key, createdAt }) =>
        rules.some(
          ({ prefix, abortAfterDays }) =>
            key.startsWith(prefix) &&
            createdAt.getTime() + abortAfterDays * dayMs <= now().getTime(),
        ),
      )
    const unused = inTransaction(database, () => overdue.flatMap(({ id }) => uploads.remove(id)))
    await files.remove(unused)
    ended += overdue.length
  }
  return ended
}
