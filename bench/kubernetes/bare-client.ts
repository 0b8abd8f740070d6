import type { V1Job, V1Secret } from '@kubernetes/client-node'
import { ownedBy } from '../../src/adapters/compute-kubernetes/secret-documents.ts'
import { labels } from '../../src/adapters/compute-kubernetes/names.ts'
import { atOnce } from '../keep-alive-client.ts'
import type { ApiServer } from './api-server.ts'

/** What the service made of one attempt, as it was found in the cluster. */
export interface Sample {
  readonly job: V1Job
  readonly secrets: readonly V1Secret[]
}

/** Creates copies of the sample under other names, so many at a time. Seconds until the last create was answered. */
export function createBare(
  api: ApiServer,
  namespace: string,
  sample: Sample,
  { jobs, atOnce: lanes, secrets }: { jobs: number; atOnce: number; secrets: boolean },
): Promise<number> {
  return atOnce(lanes, jobs, async (index) => {
    const jobId = `job-bare-${index}`
    const body = copyOfJob(sample.job, namespace, jobId)
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`
    const made = (await api.call('POST', path, body)) as V1Job
    if (!secrets) return
    const owner = ownedBy({ jobId, attempt: 1 }, made.metadata?.uid ?? '')
    await Promise.all(
      sample.secrets.map((secret) => {
        const name = (secret.metadata?.name ?? '').replace(nameOf(sample.job), `${jobId}-1`)
        const metadata = { name, namespace, labels: ofJob(secret.metadata?.labels, jobId) }
        const copy = { ...secret, metadata: { ...metadata, ownerReferences: [owner] } }
        return api.call('POST', `/api/v1/namespaces/${namespace}/secrets`, copy)
      }),
    )
  })
}

const nameOf = (job: V1Job) => job.metadata?.name ?? ''

const ofJob = (of: Readonly<Record<string, string>> | undefined, jobId: string) => ({
  ...of,
  [labels.job]: jobId,
})

/** Without what the API server and the Job controller added. */
function copyOfJob({ metadata, spec }: V1Job, namespace: string, jobId: string): V1Job {
  const own = ofJob(metadata?.labels, jobId)
  const { template, ...rest } = spec ?? { template: {} }
  delete rest.selector
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${jobId}-1`,
      namespace,
      labels: own,
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
    },
    spec: {
      ...rest,
      template: {
        ...template,
        metadata: {
          labels: own,
          ...(template.metadata?.annotations === undefined
            ? {}
            : { annotations: template.metadata.annotations }),
        },
      },
    },
  }
}
