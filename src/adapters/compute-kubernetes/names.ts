import { createHash } from 'node:crypto'
import type { AttemptRef, AttemptSpec } from '../../application/ports/compute-backend.ts'

/** Label keys of everything that we make in the cluster. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  installation: 'dataspace-compute/installation',
  workspace: 'dataspace-compute/workspace',
  job: 'dataspace-compute/job',
  attempt: 'dataspace-compute/attempt',
  service: 'dataspace-compute/service-version',
} as const

export const annotations = {
  gpuCount: 'dataspace-compute/gpu-count',
  logBytes: 'dataspace-compute/log-bytes',
} as const

export const managedBy = 'dataspace-compute'

/** Container names in a job's pod. */
export const containers = { agent: 'agent', worker: 'worker' } as const

/** `<job id>-<attempt>`: name of the Job, and beginning of everything else's. */
export const jobName = ({ jobId, attempt }: AttemptRef) => `${jobId}-${attempt}`
export const agentSecretName = (ref: AttemptRef) => `${jobName(ref)}-agent`
export const workerSecretName = (ref: AttemptRef) => `${jobName(ref)}-worker`

/** A label's value for one version of a service: ids may be longer than a label. */
export const serviceLabel = (serviceId: string, version: number) =>
  `sv-${createHash('sha256').update(`${serviceId}\n${version}`).digest('hex').slice(0, 20)}`

export const installationSelector = (installationId: string) =>
  `${labels.installation}=${installationId}`

export function attemptLabels(
  spec: Pick<AttemptSpec, 'jobId' | 'attempt' | 'workspaceId' | 'serviceId' | 'version'>,
  installationId: string,
): Record<string, string> {
  return {
    [labels.managedBy]: managedBy,
    [labels.installation]: installationId,
    [labels.workspace]: spec.workspaceId,
    [labels.job]: spec.jobId,
    [labels.attempt]: String(spec.attempt),
    [labels.service]: serviceLabel(spec.serviceId, spec.version),
  }
}

/** The attempt that an object with these labels belongs to; null: not ours. */
export function attemptOfLabels(
  found: Readonly<Record<string, string>> | undefined,
): AttemptRef | null {
  const jobId = found?.[labels.job]
  const attempt = Number(found?.[labels.attempt])
  return jobId === undefined || !Number.isInteger(attempt) ? null : { jobId, attempt }
}
