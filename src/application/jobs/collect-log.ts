import { Transform } from 'node:stream'
import { workerLogKey } from '../../domain/bucket-layout.ts'
import type { Attempt } from '../../domain/job.ts'
import { cutMarkPattern } from '../../domain/worker-log.ts'
import type { JobContext } from './job-context.ts'
import { storeStream } from '../intake/store-stream.ts'

const tailBytes = 2048

export interface CollectedLog {
  readonly stored: NonNullable<Attempt['log']>
  /** The last 2 KiB. */
  readonly tail: string
}

/** Keeps the worker's log beside its results; null when there is none. Done again, it gives the same. */
export async function collectLog(
  { app, pass, job, workspace, version }: JobContext,
  attempt: Attempt,
): Promise<CollectedLog | null> {
  const ref = { jobId: job.id, attempt: attempt.number }
  const log = await app.compute.logs(ref, false, pass.signal)
  if (log === null) return null
  const watch = watchLog()
  const key = workerLogKey(job.id, attempt.number)
  const { bytes } = await storeStream({
    store: app.store,
    bucket: workspace.bucket,
    key,
    body: log.pipe(watch.stream),
    bytes: null,
    expectedSha256: null,
    maxBytes: version.content.limits.logBytes + 64 * 1024,
    beforePublish: () => pass.renew(),
    signal: pass.signal,
  })
  const tail = watch
    .tail()
    .toString('utf8')
    .replace(/^\uFFFD+/, '')
  return { stored: { key, bytes, complete: !watch.cut() }, tail }
}

/** Sees the log pass by: its end, and whether a part was left out. */
function watchLog() {
  let tail = Buffer.alloc(0)
  let cut = false
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      cut ||= chunk.length < 256 && cutMarkPattern.test(chunk.toString('latin1'))
      const joined = Buffer.concat([tail, chunk.subarray(-tailBytes)])
      tail = joined.subarray(-tailBytes)
      callback(null, chunk)
    },
  })
  return { stream, tail: () => tail, cut: () => cut }
}
