import { isRecord } from '../../domain/parameters-schema.ts'
import type { Application } from '../application.ts'
import type { AttemptRef } from '../ports/compute-backend.ts'
import type { Pass } from '../reconciler.ts'

/** A bucket without a row is looked at this long before it is removed. */
const orphanMs = 3_600_000
const settingName = 'housekeeping.orphan-buckets'

/**
 * Removes buckets of this installation that no workspace names. Rows are written before their bucket, and closing
 * removes it before the row: one is left only when the database was put back to an earlier time, so it is removed only
 * when it was seen without a row an hour ago already. How many were removed.
 */
export async function sweepBuckets(app: Application, pass: Pass): Promise<number> {
  const { read } = app.database
  const buckets = await app.store.listBuckets(pass.signal)
  const seen = await readSeen(app)
  const now = app.now().getTime()
  const waiting = new Map<string, number>()
  let removed = 0
  for (const bucket of buckets) {
    if ((await read.workspaces.first({ bucket })) !== undefined) continue
    const since = seen.get(bucket) ?? now
    if (now - since < orphanMs) {
      waiting.set(bucket, since)
      continue
    }
    app.log.warn({ bucket }, 'a bucket of this installation has no workspace: it is removed')
    await pass.renew()
    await app.store.empty(bucket, pass.signal)
    await app.store.deleteBucket(bucket, pass.signal)
    removed += 1
  }
  await writeSeen(pass, waiting)
  return removed
}

async function readSeen(app: Application): Promise<ReadonlyMap<string, number>> {
  const setting = await app.database.read.settings.get({ name: settingName })
  const value: unknown = JSON.parse(setting?.value ?? '{}')
  const entries = Object.entries(isRecord(value) ? value : {})
  return new Map(entries.flatMap(([name, at]) => (typeof at === 'number' ? [[name, at]] : [])))
}

async function writeSeen(pass: Pass, seen: ReadonlyMap<string, number>) {
  const value = JSON.stringify(Object.fromEntries(seen))
  await pass.record(async (tx) => {
    const made = await tx.settings.insertIfAbsent({ name: settingName, value })
    if (!made) await tx.settings.update({ name: settingName }, { value })
  })
}

/** Removes attempts on the compute backend that no row names, or whose row says that they are gone. */
export async function sweepAttempts(app: Application, pass: Pass): Promise<number> {
  let removed = 0
  for (const ref of await app.compute.list(pass.signal)) {
    if (await isLiving(app, ref)) continue
    app.log.warn({ ...ref }, 'an attempt on the compute backend has no living job: it is removed')
    await pass.renew()
    await app.compute.remove(ref, pass.signal)
    removed += 1
  }
  return removed
}

/** The row is written before the attempt is made. */
async function isLiving(app: Application, { jobId, attempt }: AttemptRef): Promise<boolean> {
  const row = await app.database.read.attempts.get({ jobId, number: attempt })
  return row !== undefined && !row.removed
}
