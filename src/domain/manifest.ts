import type { AgentReport } from './agent-report.ts'
import type { Attempt, Job } from './job.ts'
import type { Workspace } from './workspace.ts'

/** The proof of delivery. Its content depends on rows alone, so that writing it again gives the same. */
export function jobManifest(
  workspace: Pick<Workspace, 'id' | 'agreementId'>,
  job: Job,
  attempt: Attempt,
  details: {
    readonly image: string | null
    readonly report: AgentReport | null
    readonly missingOutputs: readonly string[]
  },
) {
  const { image, report, missingOutputs } = details
  return {
    schema: 'dataspace-compute/manifest/1',
    workspaceId: workspace.id,
    agreementId: workspace.agreementId,
    jobId: job.id,
    attempt: attempt.number,
    state: job.state,
    exitCode: attempt.exitCode,
    failure: job.failure,
    service: { id: job.serviceId, version: job.version },
    image: image === null ? null : { name: image, digest: attempt.imageDigest },
    parametersSha256: job.parametersSha256,
    startedAt: attempt.startedAt?.toISOString() ?? null,
    endedAt: attempt.endedAt?.toISOString() ?? null,
    inputs: (report?.inputs ?? []).map(({ name, key, bytes, sha256 }) => ({
      name,
      key,
      bytes,
      sha256,
    })),
    outputs: attempt.outputs,
    missingOutputs,
    log: attempt.log,
    usage: job.usage,
  }
}
