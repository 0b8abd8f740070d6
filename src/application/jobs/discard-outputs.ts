import { outputsListKey, outputsPrefix } from '../../domain/bucket-layout.ts'
import type { JobContext } from './job-context.ts'

/**
 * Takes away what the agent of a stopped attempt may have collected: nothing of it is published but the log. Called
 * when the agent has ended.
 */
export async function discardOutputs({ app, pass, job, workspace }: JobContext): Promise<void> {
  const { bucket } = workspace
  const prefix = outputsPrefix(job.id, job.attempt)
  for (;;) {
    const { objects, next } = await app.store.list(bucket, { prefix }, pass.signal)
    if (objects.length > 0) await pass.renew()
    for (const { key } of objects) await app.store.delete(bucket, key, pass.signal)
    if (next === null) break
  }
  await app.store.delete(bucket, outputsListKey(job.id, job.attempt), pass.signal)
}
