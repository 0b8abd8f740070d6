import type { AgentReport } from '../../domain/agent-report.ts'
import { outputsListKey, outputsPrefix } from '../../domain/bucket-layout.ts'
import type { Job, VerifiedOutput } from '../../domain/job.ts'
import type { Application } from '../application.ts'

const maxReportBytes = 16 * 1024 * 1024
const headsAtOnce = 16

/** The agent's `outputs.json` of the job's present attempt; null when there is none that can be read. */
export async function readReport(
  app: Application,
  bucket: string,
  job: Job,
  signal: AbortSignal,
): Promise<AgentReport | null> {
  const read = await app.store.read(bucket, outputsListKey(job.id, job.attempt), {}, signal)
  if (read === null || read.info.bytes > maxReportBytes) {
    read?.body.destroy()
    return null
  }
  const chunks: Buffer[] = []
  for await (const chunk of read.body) chunks.push(chunk as Buffer)
  const report = parseReport(Buffer.concat(chunks).toString('utf8'))
  const own = report?.jobId === job.id && report.attempt === job.attempt
  if (report === null || !own) return null
  const prefix = outputsPrefix(job.id, job.attempt)
  return report.outputs.every(({ key }) => key.startsWith(prefix)) ? report : null
}

function parseReport(text: string): AgentReport | null {
  try {
    const parsed = JSON.parse(text) as Partial<AgentReport>
    const known = parsed.schema === 'dataspace-compute/agent-report/1'
    return known ? (parsed as AgentReport) : null
  } catch {
    return null
  }
}

/** Checks each reported object in the store: there, with that size, ETag, and digest where the store keeps one. */
export async function verifyOutputs(
  app: Application,
  bucket: string,
  report: AgentReport | null,
  signal: AbortSignal,
): Promise<{
  readonly outputs: readonly VerifiedOutput[]
  readonly unverified: readonly string[]
}> {
  const outputs: VerifiedOutput[] = []
  const unverified: string[] = []
  const reported = report?.outputs ?? []
  for (let start = 0; start < reported.length; start += headsAtOnce) {
    const batch = reported.slice(start, start + headsAtOnce)
    const found = await Promise.all(batch.map(({ key }) => app.store.head(bucket, key, signal)))
    batch.forEach(({ name, path, key, bytes, sha256, etag }, index) => {
      const info = found[index] ?? null
      const digestHolds = info?.sha256 == null || info.sha256 === sha256
      if (info !== null && info.bytes === bytes && info.etag === etag && digestHolds) {
        outputs.push({ name, path, key, bytes, sha256 })
      } else unverified.push(key)
    })
  }
  return { outputs, unverified }
}
