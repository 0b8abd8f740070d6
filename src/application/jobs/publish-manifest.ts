import type { AgentReport } from '../../domain/agent-report.ts'
import { manifestKey, manifestSignatureKey } from '../../domain/bucket-layout.ts'
import type { Attempt, Job } from '../../domain/job.ts'
import { jobManifest } from '../../domain/manifest.ts'
import type { JobContext } from './job-context.ts'

/** Writes the manifest and its signature: the only thing that publishes results. */
export async function publishManifest(
  { app, pass, workspace, version }: JobContext,
  job: Job,
  attempt: Attempt,
  report: AgentReport | null,
): Promise<void> {
  const found = new Set(attempt.outputs.map(({ name }) => name))
  const reportedMissing = report?.missing ?? version.content.outputs.map(({ name }) => name)
  const missingOutputs = reportedMissing.filter((name) => !found.has(name))
  const image = app.compute.kind === 'local' ? null : version.content.worker.image
  const manifest = jobManifest(workspace, job, attempt, { image, report, missingOutputs })
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  const signature = await app.signer.sign(text, 'dataspace-compute/manifest+jws')
  await pass.renew()
  const { bucket } = workspace
  const bytes = new TextEncoder()
  const type = { contentType: 'application/json' }
  await app.store.put(bucket, manifestKey(job.id), bytes.encode(text), type, pass.signal)
  const jose = { contentType: 'application/jose' }
  await app.store.put(
    bucket,
    manifestSignatureKey(job.id),
    bytes.encode(signature),
    jose,
    pass.signal,
  )
}
